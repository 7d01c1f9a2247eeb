package io.agentdb.sync.quic.tls;

import io.agentdb.sync.home.OwnerOnly;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.springframework.util.FileSystemUtils;

/** A throw-away authority that signs certificates into PEM files. */
public final class Certificates {

    /** PEM files. */
    public record Pair(Path cert, Path key) { }

    private final Path directory;
    private final AtomicInteger serial = new AtomicInteger();
    private final X500Name name;
    private final KeyPair keys = keys();
    private final Path ca;

    public Certificates(Path directory, String name) {
        this.directory = directory;
        this.name = new X500Name("CN=" + name);
        this.ca = write(name + "-ca.pem", "CERTIFICATE", sign(this.name, keys, null,
                Instant.now().minus(Duration.ofHours(1)), Instant.now().plus(Duration.ofHours(1)), null));
    }

    public Path ca() {
        return ca;
    }

    /**
     * What a node would make for itself at its first start, where nobody has; without the half second that this takes
     * it.
     */
    public static void development(Path directory) {
        Path tls = OwnerOnly.directory(directory.resolve("tls"));
        Path cert = tls.resolve("development-cert.pem");
        if (Files.exists(cert)) {
            return;
        }
        try {
            Certificates authority = new Certificates(Files.createTempDirectory("certificates"), "development");
            Pair made = authority.issue("localhost", Instant.now().minus(Duration.ofHours(1)),
                    Instant.now().plus(Duration.ofDays(30)), null);
            Files.write(OwnerOnly.file(tls.resolve("development-key.pem")), Files.readAllBytes(made.key()));
            Files.write(OwnerOnly.file(cert), Files.readAllBytes(made.cert()));
            FileSystemUtils.deleteRecursively(authority.directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A certificate for that DNS name, or IP address if it begins with a digit; valid now. */
    public Pair issue(String host) {
        return issue(host, Instant.now().minus(Duration.ofHours(1)), Instant.now().plus(Duration.ofHours(1)), null);
    }

    /** @param purpose the only one that it may be used for; null for any */
    public Pair issue(String host, Instant begin, Instant end, KeyPurposeId purpose) {
        return issue(host, keys(), begin, end, purpose);
    }

    /** For that key; valid now. */
    public Pair issue(String host, KeyPair own) {
        return issue(host, own, Instant.now().minus(Duration.ofHours(1)), Instant.now().plus(Duration.ofHours(1)),
                null);
    }

    private Pair issue(String host, KeyPair own, Instant begin, Instant end, KeyPurposeId purpose) {
        byte[] certificate = sign(new X500Name("CN=" + host), own,
                new GeneralName(Character.isDigit(host.charAt(0)) ? GeneralName.iPAddress : GeneralName.dNSName, host),
                        begin, end, purpose);
        int number = serial.incrementAndGet();
        return new Pair(write(number + ".pem", "CERTIFICATE", certificate),
                write(number + "-key.pem", "PRIVATE KEY", own.getPrivate().getEncoded()));
    }

    /** @param host null for an authority */
    private byte[] sign(X500Name subject, KeyPair own, GeneralName host, Instant begin, Instant end,
            KeyPurposeId purpose) {
        try {
            var builder = new JcaX509v3CertificateBuilder(name, BigInteger.valueOf(serial.incrementAndGet()),
                    Date.from(begin), Date.from(end), subject, own.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(host == null));
            if (host != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(host));
            }
            if (purpose != null) {
                builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purpose));
            }
            return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())).getEncoded();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Path write(String file, String type, byte[] content) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, content));
            writer.flush();
            return Files.writeString(directory.resolve(name.toString().substring(3) + "-" + file), text.toString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
