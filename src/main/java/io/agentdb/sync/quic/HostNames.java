package io.agentdb.sync.quic;

import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Whether a certificate is for a host (RFC 9525). The QUIC codec does not look: without this, anybody with any certificate of the
 * same authority could answer in a peer's place. Only subject alternative names count; a wildcard stands for one whole label.
 */
final class HostNames {

    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    private HostNames() {
    }

    static boolean fit(X509Certificate certificate, String host) {
        String wanted = plain(host);
        return of(certificate).stream().anyMatch(name -> name.equals(wanted) || name.startsWith("*.") && wildcard(name, wanted));
    }

    /** The names and addresses that the certificate is for. */
    static List<String> of(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> name : all == null ? List.<List<?>>of() : all) {
                if (name.get(0) instanceof Integer type && (type == DNS || type == ADDRESS)) {
                    names.add(plain(String.valueOf(name.get(1))));
                }
            }
        } catch (CertificateParsingException e) {
            // Names that cannot be read fit nothing.
            return List.of();
        }
        return names;
    }

    private static boolean wildcard(String pattern, String host) {
        int dot = host.indexOf('.');
        return dot > 0 && !host.matches("[0-9.]+") && host.substring(dot).equals(pattern.substring(1));
    }

    /** Lower case, without a final dot; a v6 address as Java writes those of certificates: all eight groups. */
    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.indexOf(':') >= 0) {
            byte[] address = NetUtil.createByteArrayFromIpAddressString(lower);
            return address == null ? lower : NetUtil.bytesToIpAddress(address);
        }
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
