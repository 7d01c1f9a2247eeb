package io.agentdb.sync.quic.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Lets in the clients for whom the authorities vouch, and tells why it refused one: the client hears no more than a
 * number, and who runs this node would hear nothing.
 */
public final class ClientTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager authorities;
    private final BiConsumer<@Nullable String, String> refused;

    /** @param refused takes the client's address, null where the handshake does not tell it, and why */
    public ClientTrust(X509ExtendedTrustManager authorities, BiConsumer<@Nullable String, String> refused) {
        this.authorities = authorities;
        this.refused = refused;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        try {
            // Without the engine: Java would look for a host name in it, and a client has none.
            authorities.checkClientTrusted(chain, authType);
        } catch (CertificateException e) {
            refused.accept(engine == null ? null : engine.getSession().getPeerHost(),
                    "the certificate of " + chain[0].getSubjectX500Principal() + " is not trusted: "
                            + Distrust.why(e, chain, Instant.now()));
            // As it is: the alert that the client gets is made of its causes.
            throw e;
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        checkClientTrusted(chain, authType, (SSLEngine) null);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType, (SSLEngine) null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side takes clients, it dials nobody");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
