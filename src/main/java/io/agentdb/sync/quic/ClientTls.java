package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.Limits;
import io.netty.incubator.codec.quic.QuicSslContext;
import io.netty.incubator.codec.quic.QuicSslContextBuilder;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS of the dialling side. Reads its files once, so that a wrong one is told at start and not at the first sync. */
final class ClientTls {

    private final ClientSettings.Tls settings;
    private final X509ExtendedTrustManager authorities;

    /** @throws TlsFailure if a file cannot be used */
    ClientTls(ClientSettings.Tls settings) {
        this.settings = settings;
        this.authorities = settings.verify() || settings.ca() != null ? Authorities.load(settings.ca()) : null;
        if (settings.cert() != null) {
            Pem.certificates(settings.cert(), "agentdb.client.tls.cert");
            context(new PeerTrust(null, null));
        }
    }

    PeerTrust trust(Remote remote) {
        return new PeerTrust(remote, settings.verify() ? authorities : null);
    }

    QuicSslContext context(PeerTrust trust) {
        QuicSslContextBuilder builder = QuicSslContextBuilder.forClient().trustManager(trust)
                .applicationProtocols(Limits.ALPN).earlyData(false);
        if (settings.cert() != null) {
            try {
                builder.keyManager(settings.key().toFile(), null, settings.cert().toFile());
            } catch (IllegalArgumentException e) {
                throw new TlsFailure("agentdb.client.tls: " + settings.cert() + " and " + settings.key() + " cannot be used: "
                        + e.getMessage(), e);
            }
        }
        return builder.build();
    }
}
