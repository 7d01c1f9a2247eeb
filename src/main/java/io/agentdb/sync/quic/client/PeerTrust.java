package io.agentdb.sync.quic.client;

import io.agentdb.sync.admission.PlainText;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.quic.tls.Authorities;
import io.agentdb.sync.quic.tls.Distrust;
import io.agentdb.sync.quic.tls.Fingerprint;
import io.agentdb.sync.quic.tls.HostNames;
import io.agentdb.sync.quic.tls.TlsMaterial;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom one connection trusts: the certificate of a pinned fingerprint, or whom the authorities vouch for and whose name
 * fits, or anybody. Remembers why it refused: the handshake's own error says only that it failed.
 */
final class PeerTrust extends X509ExtendedTrustManager {

    private final DialTarget remote;
    /** Null where they are not asked: a fingerprint is pinned, or nothing is verified. */
    private final @Nullable X509ExtendedTrustManager authorities;
    private volatile @Nullable String refusal;

    /** @param verify whether anybody has to vouch for one of whom no fingerprint is pinned */
    PeerTrust(DialTarget remote, boolean verify, TlsMaterial material) {
        this.remote = remote;
        this.authorities = remote.fingerprint() == null && verify ? Authorities.in(material.trusted()) : null;
    }

    /** Why the peer's certificate was refused; null if it was not. */
    @Nullable String refusal() {
        return refusal;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        String actual = Fingerprint.of(chain[0]);
        if (remote.fingerprint() != null) {
            if (!Fingerprint.same(remote.fingerprint(), actual)) {
                throw refuse("the certificate of peer " + remote + " has fingerprint " + actual + ", not the pinned "
                        + remote.fingerprint()
                                + ": if its node was set up anew, change the peer's fingerprint, else somebody"
                                + " answers in its place");
            }
        } else if (authorities != null) {
            Optional<String> distrust = distrust(authorities, chain, authType);
            if (distrust.isPresent()) {
                throw refuse("the certificate of peer " + remote + ", for " + chain[0].getSubjectX500Principal()
                        + ", is not trusted: " + distrust.get() + ". " + remedy(chain, actual));
            }
        }
    }

    /** Empty if there is no reason for any. */
    private Optional<String> distrust(X509ExtendedTrustManager authorities, X509Certificate[] chain, String authType)
            throws CertificateException {
        try {
            authorities.checkServerTrusted(chain, authType);
        } catch (CertificateException e) {
            return Optional.of(Distrust.why(e, chain, Instant.now()));
        }
        return HostNames.match(chain[0], remote.serverName()) ? Optional.empty()
                : Optional.of("it is not for " + remote.serverName() + " but for "
                        + chain[0].getSubjectAlternativeNames());
    }

    private static String remedy(X509Certificate[] chain, String fingerprint) {
        // Pinning it would be a way as well, and the wrong one: whoever looks after certificates has them renewed.
        return Distrust.time(chain, Instant.now()).isPresent()
                ? "Have it renewed on the peer (its agentdb.server.tls.cert), or set the clock right that is wrong"
                : "If its fingerprint is " + fingerprint
                + " on the peer itself too (its log and GET /status tell), set it as this peer's"
                        + " fingerprint; or set agentdb.client.tls.ca to the authority that signed it; for"
                        + " development only," + " agentdb.client.tls.verify=false";
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        checkServerTrusted(chain, authType, (SSLEngine) null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType, (SSLEngine) null);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side dials, it takes no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private CertificateException refuse(String why) {
        // Names of a certificate that nobody vouches for are whatever the peer likes.
        refusal = PlainText.of(why, Limits.TEXT_CHARACTERS);
        return new CertificateException(refusal);
    }
}
