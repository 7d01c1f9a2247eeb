package io.agentdb.sync.quic.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** PEM files and fingerprints. Every failure is a {@link TlsFailure} that names the setting and the file. */
public final class Pem {

    /** A certificate with those that vouch for it, and its key. */
    public record KeyPair(X509Certificate[] chain, PrivateKey key) {

        /**
         * What a TLS context takes the key from. In a store of the oldest format: that of the others is made so that
         * guessing its password is slow, of which there is none here, and takes a tenth of a second to write and read.
         */
        public KeyManagerFactory manager() {
            try {
                KeyStore store = KeyStore.getInstance("JKS");
                store.load(null, NO_PASSWORD);
                store.setKeyEntry("own", key, NO_PASSWORD, chain);
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(store, NO_PASSWORD);
                return factory;
            } catch (GeneralSecurityException | IOException e) {
                throw new TlsFailure("the key of a certificate cannot be used", e);
            }
        }
    }

    private static final char[] NO_PASSWORD = {};

    private Pem() {
    }

    public static X509Certificate[] certificates(Path file, String setting) {
        try {
            Collection<?> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
            if (found.isEmpty()) {
                throw new TlsFailure(setting + ": " + file + " holds no certificate", null);
            }
            return found.toArray(X509Certificate[]::new);
        } catch (IOException e) {
            throw new TlsFailure(setting + ": " + file + " cannot be read: " + e, e);
        } catch (GeneralSecurityException e) {
            throw new TlsFailure(setting + ": " + file + " is not a PEM file of certificates: " + e.getMessage(), e);
        }
    }

    /** @param setting what {@code .cert} and {@code .key} are appended to */
    public static KeyPair keyPair(Path certificate, Path key, String setting) {
        X509Certificate[] chain = certificates(certificate, setting + ".cert");
        PrivateKey secret = privateKey(key, setting + ".key");
        if (!belong(chain[0].getPublicKey(), secret)) {
            // Otherwise every handshake fails, and says nothing about the reason.
            throw new TlsFailure(setting + ": the key in " + key + " is not the key of the certificate in "
                    + certificate, null);
        }
        return new KeyPair(chain, secret);
    }

    /** SHA-256 of the certificate, as 32 upper-case pairs with colons. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":").withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new TlsFailure("a certificate cannot be encoded", e);
        }
    }

    public static boolean sameFingerprint(String one, String other) {
        return bare(one).equals(bare(other));
    }

    private static PrivateKey privateKey(Path file, String setting) {
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
            JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                if (found instanceof PrivateKeyInfo key) {
                    return converter.getPrivateKey(key);
                }
                if (found instanceof PEMKeyPair pair) {
                    return converter.getKeyPair(pair).getPrivate();
                }
            }
            throw new TlsFailure(setting + ": " + file + " holds no private key without a password", null);
        } catch (IOException | IllegalArgumentException e) {
            throw new TlsFailure(setting + ": " + file + " cannot be read as a PEM file: " + e, e);
        }
    }

    private static boolean belong(PublicKey open, PrivateKey secret) {
        if (!open.getAlgorithm().equals(secret.getAlgorithm())) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(switch (secret.getAlgorithm()) {
                case "EC" -> "SHA256withECDSA";
                case "RSA" -> "SHA256withRSA";
                default -> secret.getAlgorithm();
            });
            byte[] probe = {1, 2, 3};
            signature.initSign(secret);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String bare(String fingerprint) {
        return fingerprint.replaceAll("[:\\s]", "").toUpperCase(Locale.ROOT);
    }
}
