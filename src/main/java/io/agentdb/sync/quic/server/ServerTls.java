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

    /**
     * Reads the configured files, or the development certificate in the directory.
     *
     * @param refused takes the address of a client whose certificate is not trusted, null where the handshake does not
     *     tell it, and why
     * @param present returned if its certificates are still those (a key alone cannot change): the files are read every
     *     few seconds, and a context is dear
     * @throws TlsFailure naming what is wrong
     */
    static ServerTls load(ServerSettings.ServerPem settings, Path directory,
            BiConsumer<@Nullable String, String> refused, @Nullable ServerTls present) {
        Path certificate = settings.cert();
        Path key = settings.key();
        if (certificate == null || key == null) {
            DevelopmentCertificate made = new DevelopmentCertificate(directory);
            certificate = made.certificate();
            key = made.key();
        }
        Pem.KeyPair own = Pem.keyPair(certificate, key, "agentdb.server.tls");
        List<Certificate> certificates = new ArrayList<>(List.of(own.chain()));
        if (settings.ca() != null) {
            certificates.addAll(List.of(Pem.certificates(settings.ca(), "agentdb.server.tls.ca")));
        }
        if (present != null && certificates.equals(present.certificates)) {
            return present;
        }
        QuicSslContextBuilder builder = QuicSslContextBuilder.forServer(own.manager(), null)
                // 0-RTT stays off: its data can be replayed (RFC 9001, section 9.2).
                .applicationProtocols(Limits.ALPN).earlyData(false);
        if (settings.ca() != null) {
            builder.clientAuth(ClientAuth.REQUIRE)
                    .trustManager(new ClientTrust(Authorities.in(settings.ca(), "agentdb.server.tls.ca"), refused));
        }
        return new ServerTls(builder.build(), own.chain(), certificates);
    }
}
