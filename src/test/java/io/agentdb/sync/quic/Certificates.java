package io.agentdb.sync.quic;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** An authority of the test's own, and what it signs, as PEM files. */
final class Certificates {

    /** The files of one certificate. */
    record Pair(Path cert, Path key) { }

    private final Path directory;
    private final X500Name name;
    private final KeyPair keys = keys();
    private int serial;

    Certificates(Path directory, String name) {
        this.directory = directory;
        this.name = new X500Name("CN=" + name);
    }

    Path authority() {
        return write("ca", issue(name, keys, true, new GeneralNames(new GeneralName[0])));
    }

    /** @param names of a host each: addresses as addresses, the others as DNS names */
    Pair signed(String... names) {
        KeyPair pair = keys();
        GeneralName[] all = new GeneralName[names.length];
        for (int i = 0; i < names.length; i++) {
            all[i] = new GeneralName(Character.isDigit(names[i].charAt(0)) ? GeneralName.iPAddress : GeneralName.dNSName, names[i]);
        }
        Path cert = write("cert", issue(new X500Name("CN=" + names[0]), pair, false, new GeneralNames(all)));
        return new Pair(cert, write("key", new PemObject("PRIVATE KEY", pair.getPrivate().getEncoded())));
    }

    private PemObject issue(X500Name subject, KeyPair pair, boolean authority, GeneralNames names) {
        try {
            Instant now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(name, BigInteger.valueOf(++serial), Date.from(now.minus(Duration.ofHours(1))),
                    Date.from(now.plus(Duration.ofHours(1))), subject, pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (names.getNames().length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, false, names);
            }
            return new PemObject("CERTIFICATE", builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Path write(String prefix, PemObject object) {
        try {
            StringWriter text = new StringWriter();
            try (PemWriter writer = new PemWriter(text)) {
                writer.writeObject(object);
            }
            return Files.writeString(Files.createTempFile(directory, prefix, ".pem"), text.toString());
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
