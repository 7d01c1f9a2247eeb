package io.agentdb.sync.quic.server;

import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.quic.tls.Authorities;
import io.agentdb.sync.quic.tls.ClientTrust;
import io.agentdb.sync.quic.tls.DevelopmentCertificate;
import io.agentdb.sync.quic.tls.Pem;
import io.agentdb.sync.quic.tls.TlsFailure;
import io.netty.handler.ssl.ClientAuth;
import io.netty.incubator.codec.quic.QuicSslContext;
import io.netty.incubator.codec.quic.QuicSslContextBuilder;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the listener presents, and whom it lets in.
 *
 * @param chain its own certificate, then those that vouch for it
 * @param certificates its own chain, and those of the authorities of clients
 */
record ServerTls(QuicSslContext context, X509Certificate[] chain, List<Certificate> certificates) {

    /** SHA-256 of its own certificate. */
    String fingerprint() {
        return Pem.fingerprint(chain[0]);
    }

    /** Whether it was made of the same certificates; a key alone cannot change. */
    boolean sameAs(@Nullable ServerTls other) {
        return other != null && certificates.equals(other.certificates);
    }

    /**
     * Reads the configured files, or the development certificate in the directory.
     *
     * @param refused takes the address of a client whose certificate is not trusted, null where the handshake does not
     *     tell it, and why
     * @throws TlsFailure naming what is wrong
     */
    static ServerTls load(ServerSettings.ServerPem settings, Path directory,
            BiConsumer<@Nullable String, String> refused) {
        Path certificate = settings.cert();
        Path key = settings.key();
        if (certificate == null || key == null) {
            DevelopmentCertificate made = new DevelopmentCertificate(directory);
            certificate = made.certificate();
            key = made.key();
        }
        Pem.KeyPair own = Pem.keyPair(certificate, key, "agentdb.server.tls");
        QuicSslContextBuilder builder = QuicSslContextBuilder.forServer(own.key(), null, own.chain())
                // 0-RTT stays off: its data can be replayed (RFC 9001, section 9.2).
                .applicationProtocols(Limits.ALPN).earlyData(false);
        List<Certificate> certificates = new ArrayList<>(List.of(own.chain()));
        if (settings.ca() != null) {
            X509Certificate[] authorities = Pem.certificates(settings.ca(), "agentdb.server.tls.ca");
            builder.clientAuth(ClientAuth.REQUIRE)
                    .trustManager(new ClientTrust(Authorities.in(settings.ca(), "agentdb.server.tls.ca"), refused));
            certificates.addAll(List.of(authorities));
        }
        return new ServerTls(builder.build(), own.chain(), certificates);
    }
}
