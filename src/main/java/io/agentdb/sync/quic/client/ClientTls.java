package io.agentdb.sync.quic.client;

import io.agentdb.sync.quic.tls.Distrust;
import io.agentdb.sync.quic.tls.Pem;
import io.agentdb.sync.quic.tls.TlsFailure;
import io.netty.incubator.codec.quic.QuicSslContext;
import io.netty.incubator.codec.quic.QuicSslContextBuilder;
import java.time.Instant;
import java.util.Optional;

/** What this node presents when it dials. */
final class ClientTls {

    private ClientTls() {
    }

    /** @throws TlsFailure naming the file that cannot be used */
    static QuicSslContext context(ClientSettings.ClientPem settings, PeerTrust trust, String alpn) {
        QuicSslContextBuilder builder = QuicSslContextBuilder.forClient().trustManager(trust)
                // 0-RTT stays off: its data can be replayed (RFC 9001, section 9.2).
                .applicationProtocols(alpn).earlyData(false);
        if (settings.cert() != null && settings.key() != null) {
            Pem.KeyPair own = Pem.keyPair(settings.cert(), settings.key(), "agentdb.client.tls");
            builder.keyManager(own.manager(), null);
        }
        return builder.build();
    }

    /**
     * What is wrong with the time of the certificate that this node presents; empty if nothing is, or it presents none.
     */
    static Optional<String> flaw(ClientSettings.ClientPem settings, Instant now) {
        return settings.cert() == null ? Optional.empty()
                : Distrust.time(Pem.certificates(settings.cert(), "agentdb.client.tls.cert"), now);
    }
}
