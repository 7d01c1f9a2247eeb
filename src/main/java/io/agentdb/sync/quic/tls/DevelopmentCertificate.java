package io.agentdb.sync.quic.tls;

import io.agentdb.sync.home.OwnerOnly;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** A self-signed certificate, made once and kept, so that a node speaks TLS before anyone has configured it. */
public final class DevelopmentCertificate {

    private static final Duration LIFE = Duration.ofDays(3650);

    private final Path certificate;
    private final Path key;

    /**
     * Made in {@code directory/tls}, unless it is there.
     *
     * @throws TlsFailure if the directory cannot be written
     */
    public DevelopmentCertificate(Path directory) {
        Path tls = directory.resolve("tls");
        this.certificate = tls.resolve("development-cert.pem");
        this.key = tls.resolve("development-key.pem");
        if (Files.exists(certificate) && Files.exists(key)) {
            return;
        }
        try {
            OwnerOnly.directory(tls);
            make();
        } catch (IOException | UncheckedIOException | GeneralSecurityException | OperatorCreationException e) {
            throw new TlsFailure("the development certificate cannot be made in " + tls + ": " + e.getMessage()
                    + "; make the directory writable, or set agentdb.server.tls.cert and .key", e);
        }
    }

    public Path certificate() {
        return certificate;
    }

    public Path key() {
        return key;
    }

    private void make() throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        X500Name name = new X500Name("CN=AgentDB sync node (development)");
        Instant now = Instant.now();
        X509CertificateHolder holder = new JcaX509v3CertificateBuilder(name, new BigInteger(120, new SecureRandom()),
                Date.from(now.minus(Duration.ofDays(1))), Date.from(now.plus(LIFE)), name, pair.getPublic())
                .addExtension(Extension.subjectAlternativeName, false, names())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
        // The key first: a certificate without its key would be taken for a finished pair.
        write(key, "PRIVATE KEY", pair.getPrivate().getEncoded());
        write(certificate, "CERTIFICATE", holder.getEncoded());
    }

    private static GeneralNames names() {
        Set<String> dns = new TreeSet<>(Set.of("localhost"));
        try {
            dns.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            // Then it goes without the machine's name.
        }
        GeneralName[] addresses = {new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.iPAddress, "::1")};
        return new GeneralNames(Stream.concat(Arrays.stream(addresses),
                dns.stream().map(host -> new GeneralName(GeneralName.dNSName, host))).toArray(GeneralName[]::new));
    }

    /** Readable by its owner alone, and whole or not there. */
    private static void write(Path file, String type, byte[] content) throws IOException {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, content));
        }
        Path draft = OwnerOnly.file(file.resolveSibling(file.getFileName() + ".new"));
        Files.writeString(draft, text.toString());
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
