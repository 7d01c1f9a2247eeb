package io.agentdb.sync.quic.tls;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** Keys and certificates in every form in which people have them, as settings of a bundle called "node". */
enum KeyForms {

    PKCS1_RSA("RSA", "BEGIN RSA PRIVATE KEY") {
        @Override
        List<String> of(Certificates.Pair pair, PrivateKey key) throws Exception {
            return files(pair.cert(), encoded(key));
        }
    },
    PKCS8_RSA("RSA", "BEGIN PRIVATE KEY") {
        @Override
        List<String> of(Certificates.Pair pair, PrivateKey key) throws Exception {
            return files(pair.cert(), Files.readString(pair.key()));
        }
    },
    PKCS8_ENCRYPTED("RSA", "BEGIN ENCRYPTED PRIVATE KEY") {
        @Override
        List<String> of(Certificates.Pair pair, PrivateKey key) throws Exception {
            return with(files(pair.cert(), encoded(new JcaPKCS8Generator(key, new JceOpenSSLPKCS8EncryptorBuilder(
                    PKCS8Generator.AES_256_CBC).setPRF(PKCS8Generator.PRF_HMACSHA256)
                    .setProvider(new BouncyCastleProvider()).setPassword(PASSWORD.toCharArray()).build()))),
                    "spring.ssl.bundle.pem.node.keystore.private-key-password=" + PASSWORD);
        }
    },
    SEC1_EC("EC", "BEGIN EC PRIVATE KEY") {
        @Override
        List<String> of(Certificates.Pair pair, PrivateKey key) throws Exception {
            // With the curve, as openssl writes it.
            return files(pair.cert(), encoded(new PemObject("EC PRIVATE KEY", new ECPrivateKey(256,
                    ((java.security.interfaces.ECPrivateKey) key).getS(), SECObjectIdentifiers.secp256r1)
                            .getEncoded())));
        }
    },
    PKCS8_EC("EC", "BEGIN PRIVATE KEY") {
        @Override
        List<String> of(Certificates.Pair pair, PrivateKey key) throws Exception {
            return files(pair.cert(), Files.readString(pair.key()));
        }
    },
    INLINE("EC", "BEGIN PRIVATE KEY") {
        @Override
        List<String> of(Certificates.Pair pair, PrivateKey key) throws Exception {
            return List.of("spring.ssl.bundle.pem.node.keystore.certificate=" + Files.readString(pair.cert()),
                    "spring.ssl.bundle.pem.node.keystore.private-key=" + Files.readString(pair.key()));
        }
    },
    PKCS12("EC", "PKCS12") {
        @Override
        List<String> of(Certificates.Pair pair, PrivateKey key) throws Exception {
            return store("PKCS12", pair, key);
        }
    },
    JKS("RSA", "JKS") {
        @Override
        List<String> of(Certificates.Pair pair, PrivateKey key) throws Exception {
            return store("JKS", pair, key);
        }
    };

    static final String PASSWORD = "changeit";

    private final String algorithm;
    /** What it is to be found by in the settings or the files that they name. */
    final String mark;

    KeyForms(String algorithm, String mark) {
        this.algorithm = algorithm;
        this.mark = mark;
    }

    abstract List<String> of(Certificates.Pair pair, PrivateKey key) throws Exception;

    /** Settings of a bundle "node" for that host. */
    List<String> settings(Certificates authority, String host) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
        KeyPair keys = generator.generateKeyPair();
        return of(authority.issue(host, keys), keys.getPrivate());
    }

    /** Settings by which a bundle, one of {@link #settings} or alone, trusts that authority. */
    static List<String> trusting(String bundle, boolean pem, Certificates authority) throws Exception {
        if (pem) {
            return List.of("spring.ssl.bundle.pem." + bundle + ".truststore.certificate=" + authority.ca().toUri());
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", read(authority.ca()));
        String settings = "spring.ssl.bundle.jks." + bundle + ".truststore.";
        return List.of(settings + "location=" + write(store, Path.of(authority.ca() + ".p12")).toUri(),
                settings + "password=" + PASSWORD);
    }

    /** Settings of a bundle "node" with a key for each host, called as it. */
    static List<String> severalKeys(Certificates authority, String... hosts) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        for (String host : hosts) {
            KeyPair keys = generator.generateKeyPair();
            store.setKeyEntry(host, keys.getPrivate(), PASSWORD.toCharArray(),
                    new Certificate[] {read(authority.issue(host, keys).cert())});
        }
        return stored(write(store, Path.of(authority.ca() + ".several")), "PKCS12");
    }

    /** Whether the settings are of {@code spring.ssl.bundle.pem}, not of {@code .jks}. */
    boolean pem() {
        return this != PKCS12 && this != JKS;
    }

    private static List<String> files(Path cert, String key) throws Exception {
        Path file = Files.writeString(cert.resolveSibling(cert.getFileName() + ".key"), key);
        return List.of("spring.ssl.bundle.pem.node.keystore.certificate=" + cert.toUri(),
                "spring.ssl.bundle.pem.node.keystore.private-key=" + file.toUri());
    }

    private static List<String> store(String type, Certificates.Pair pair, PrivateKey key) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        store.setKeyEntry("own", key, PASSWORD.toCharArray(), new Certificate[] {read(pair.cert())});
        return stored(write(store, Path.of(pair.cert() + "." + type)), type);
    }

    private static List<String> stored(Path file, String type) {
        return List.of("spring.ssl.bundle.jks.node.keystore.location=" + file.toUri(),
                "spring.ssl.bundle.jks.node.keystore.type=" + type,
                "spring.ssl.bundle.jks.node.keystore.password=" + PASSWORD);
    }

    private static Certificate read(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static Path write(KeyStore store, Path file) throws Exception {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    private static String encoded(Object any) throws Exception {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(any);
        }
        return text.toString();
    }

    private static List<String> with(List<String> settings, String more) {
        return Stream.concat(settings.stream(), Stream.of(more)).toList();
    }
}
