package io.agentdb.sync.quic.tls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;

/** What peers pin: the SHA-256 of a certificate. */
public final class Fingerprint {

    private Fingerprint() {
    }

    /** As 32 upper-case pairs with colons. */
    public static String of(X509Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":").withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new TlsFailure("a certificate cannot be encoded", e);
        }
    }

    /** With or without colons, in either case. */
    public static boolean same(String one, String other) {
        return bare(one).equals(bare(other));
    }

    private static String bare(String fingerprint) {
        return fingerprint.replaceAll("[:\\s]", "").toUpperCase(Locale.ROOT);
    }
}
