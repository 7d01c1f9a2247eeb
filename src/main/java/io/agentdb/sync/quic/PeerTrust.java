package io.agentdb.sync.quic;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom one connection trusts: the certificate of a pinned fingerprint, or whom the authorities vouch for and whose name fits, or
 * anybody. Remembers why it refused: the handshake's own error says only that it failed.
 */
final class PeerTrust extends X509ExtendedTrustManager {

    private final Remote remote;
    private final boolean verify;
    private final X509ExtendedTrustManager authorities;
    private volatile String refusal;

    PeerTrust(Remote remote, ClientSettings.Tls settings) {
        this.remote = remote;
        this.verify = settings.verify();
        this.authorities = remote.fingerprint() == null && verify ? authorities(settings) : null;
    }

    /** Why the peer's certificate was refused; null if it was not. */
    String refusal() {
        return refusal;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        String actual = Pem.fingerprint(chain[0]);
        if (remote.fingerprint() != null) {
            if (!Pem.sameFingerprint(remote.fingerprint(), actual)) {
                throw refuse("the certificate of peer " + remote + " has fingerprint " + actual + ", not the pinned "
                        + remote.fingerprint() + ": if its node was set up anew, change the peer's fingerprint, else somebody answers in its place");
            }
        } else if (verify) {
            try {
                authorities.checkServerTrusted(chain, authType);
                if (!HostNames.match(chain[0], remote.serverName())) {
                    throw new CertificateException("it is not for " + remote.serverName() + " but for "
                            + chain[0].getSubjectAlternativeNames());
                }
            } catch (CertificateException e) {
                throw refuse("the certificate of peer " + remote + " is not trusted (" + reason(e) + "). If its fingerprint is "
                        + actual + " on the peer itself too (its log and GET /status tell), set it as this peer's fingerprint; or set"
                        + " agentdb.client.tls.ca to the authority that signed it; for development only, agentdb.client.tls.verify=false");
            }
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        checkServerTrusted(chain, authType, (SSLEngine) null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        checkServerTrusted(chain, authType, (SSLEngine) null);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side dials, it takes no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    /** Java's own words for an unknown authority are the name of a class. */
    private static String reason(CertificateException e) {
        return String.valueOf(e.getMessage()).startsWith("PKIX") ? "no authority that this node trusts has signed it" : e.getMessage();
    }

    private CertificateException refuse(String why) {
        refusal = why;
        return new CertificateException(why);
    }

    private static X509ExtendedTrustManager authorities(ClientSettings.Tls settings) {
        try {
            KeyStore store = null;
            if (settings.ca() != null) {
                store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                X509Certificate[] certificates = Pem.certificates(settings.ca(), "agentdb.client.tls.ca");
                for (int i = 0; i < certificates.length; i++) {
                    store.setCertificateEntry("ca" + i, certificates[i]);
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new TlsFailure("this Java has no X.509 trust manager", null);
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsFailure("the trusted authorities cannot be loaded: " + e.getMessage(), e);
        }
    }
}
