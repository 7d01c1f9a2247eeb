package io.agentdb.sync.quic.tls;

import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Whether a certificate is for a host (RFC 9525): by its subjectAltNames alone, a wildcard standing for one whole
 * left-most label. The QUIC engine does not ask for it; without it, anybody with any certificate of a trusted authority
 * could answer for everybody.
 */
public final class HostNames {

    /** The types of subjectAltName (RFC 5280, section 4.2.1.6). */
    private static final int DNS = 2;
    private static final int IP = 7;

    private HostNames() {
    }

    public static boolean match(X509Certificate certificate, String host) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(name -> address != null
                    ? name.get(0).equals(IP) && Arrays.equals(address,
                            NetUtil.createByteArrayFromIpAddressString((String) name.get(1)))
                    : name.get(0).equals(DNS) && matches((String) name.get(1), host));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static boolean matches(String pattern, String host) {
        String wanted = bare(host);
        String offered = bare(pattern);
        if (!offered.startsWith("*.")) {
            return offered.equals(wanted);
        }
        int dot = wanted.indexOf('.');
        return dot > 0 && wanted.substring(dot).equals(offered.substring(1));
    }

    private static String bare(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
