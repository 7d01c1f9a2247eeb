package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.Limits;
import io.netty.handler.ssl.ClientAuth;
import io.netty.incubator.codec.quic.QuicSslContext;
import io.netty.incubator.codec.quic.QuicSslContextBuilder;
import java.nio.file.Path;

/**
 * What the listener presents, and whom it lets in.
 *
 * @param fingerprint SHA-256 of the certificate
 */
record ServerTls(QuicSslContext context, String fingerprint) {

    /** Reads the configured files, or the development certificate in the directory. @throws TlsFailure naming what is wrong */
    static ServerTls load(ServerSettings.Tls settings, Path directory) {
        Path certificate = settings.cert();
        Path key = settings.key();
        if (certificate == null) {
            DevelopmentCertificate made = new DevelopmentCertificate(directory);
            certificate = made.certificate();
            key = made.key();
        }
        Pem.KeyPair own = Pem.keyPair(certificate, key, "agentdb.server.tls");
        QuicSslContextBuilder builder = QuicSslContextBuilder.forServer(own.key(), null, own.chain())
                // 0-RTT stays off: its data can be replayed (RFC 9001, section 9.2).
                .applicationProtocols(Limits.ALPN).earlyData(false);
        if (settings.ca() != null) {
            builder.clientAuth(ClientAuth.REQUIRE).trustManager(Pem.certificates(settings.ca(), "agentdb.server.tls.ca"));
        }
        return new ServerTls(builder.build(), Pem.fingerprint(own.chain()[0]));
    }
}
