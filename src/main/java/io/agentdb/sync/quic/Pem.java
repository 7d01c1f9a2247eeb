package io.agentdb.sync.quic;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Locale;

/** PEM files and fingerprints. */
final class Pem {

    private Pem() {
    }

    /** @throws TlsFailure naming the file and the setting */
    static X509Certificate[] certificates(Path file, String setting) {
        try {
            Collection<?> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
            if (found.isEmpty()) {
                throw new TlsFailure(setting + ": " + file + " holds no certificate", null);
            }
            return found.toArray(X509Certificate[]::new);
        } catch (IOException e) {
            throw new TlsFailure(setting + ": " + file + " cannot be read: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new TlsFailure(setting + ": " + file + " is not a PEM file of certificates: " + e.getMessage(), e);
        }
    }

    /** SHA-256 of the certificate, as 32 upper-case pairs with colons. */
    static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":").withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new TlsFailure("a certificate cannot be encoded", e);
        }
    }

    static boolean sameFingerprint(String one, String other) {
        return bare(one).equals(bare(other));
    }

    private static String bare(String fingerprint) {
        return fingerprint.replaceAll("[:\\s]", "").toUpperCase(Locale.ROOT);
    }
}
