package io.agentdb.sync.quic.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why a certificate is not trusted, in words that say what to mend: Java's own are names of classes, and a handshake's
 * say only that it failed.
 */
public final class Distrust {

    private Distrust() {
    }

    /** @param chain the certificate, then those that vouch for it */
    public static String why(CertificateException refusal, X509Certificate[] chain, Instant now) {
        Optional<String> time = time(chain, now);
        // Both, where both hold: renewing a certificate would else only bring up the next refusal.
        return Stream.concat(other(refusal, chain, time.isPresent()).stream(), time.stream())
                .collect(Collectors.joining(", and "));
    }

    /** What is wrong with the time of a certificate, or of one that vouches for it; empty if nothing is. */
    public static Optional<String> time(X509Certificate[] chain, Instant now) {
        for (X509Certificate certificate : chain) {
            Instant begin = certificate.getNotBefore().toInstant();
            Instant end = certificate.getNotAfter().toInstant();
            String what = certificate == chain[0] ? "it" : "the certificate of " + certificate.getSubjectX500Principal()
                    + ", which vouches for it,";
            if (now.isAfter(end)) {
                return Optional.of(what + " has expired: it was valid until " + end);
            }
            if (now.isBefore(begin)) {
                return Optional.of(what + " is not valid yet: it will be from " + begin
                        + " on, and this node's clock says " + now.truncatedTo(ChronoUnit.SECONDS));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> other(CertificateException refusal, X509Certificate[] chain, boolean timeIsWrong) {
        String authority = chain[chain.length - 1].getIssuerX500Principal().getName();
        Throwable last = refusal;
        for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
            last = cause;
            if (cause instanceof CertPathBuilderException) {
                return Optional.of("no authority that this node trusts has signed it (its own is " + authority + ")");
            }
            if (cause instanceof CertPathValidatorException invalid) {
                return invalid(invalid, authority);
            }
        }
        return timeIsWrong ? Optional.empty() : Optional.of(String.valueOf(last.getMessage()));
    }

    private static Optional<String> invalid(CertPathValidatorException invalid, String authority) {
        CertPathValidatorException.Reason reason = invalid.getReason();
        if (reason == BasicReason.EXPIRED || reason == BasicReason.NOT_YET_VALID) {
            return Optional.empty();
        }
        if (reason == BasicReason.INVALID_SIGNATURE) {
            return Optional.of("it is not signed by the authority " + authority
                    + " that this node trusts, but by another one of that name");
        }
        if (reason == PKIXReason.NO_TRUST_ANCHOR) {
            return Optional.of("no authority that this node trusts has signed it (its own is " + authority + ")");
        }
        if (reason == PKIXReason.NOT_CA_CERT) {
            return Optional.of("it is signed by a certificate that is no authority's (basic constraints)");
        }
        if (reason == PKIXReason.INVALID_KEY_USAGE) {
            return Optional.of("its key usage, or that of one that vouches for it, does not allow this");
        }
        return Optional.of(String.valueOf(invalid.getMessage()));
    }
}
