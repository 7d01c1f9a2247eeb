package io.agentdb.sync.quic.server;

import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.quic.tls.Authorities;
import io.agentdb.sync.quic.tls.ClientTrust;
import io.agentdb.sync.quic.tls.DevelopmentCertificate;
import io.agentdb.sync.quic.tls.Fingerprint;
import io.agentdb.sync.quic.tls.PemFiles;
import io.agentdb.sync.quic.tls.TlsFailure;
import io.agentdb.sync.quic.tls.TlsMaterial;
import io.agentdb.sync.quic.tls.TlsSource;
import io.netty.handler.ssl.ClientAuth;
import io.netty.incubator.codec.quic.QuicSslContext;
import io.netty.incubator.codec.quic.QuicSslContextBuilder;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;

/** What the listener presents, and whom it lets in. */
record ServerTls(QuicSslContext context, TlsMaterial material) {

    private static final String SETTING = "agentdb.server.tls";

    /**
     * The configured bundle or files, or the development certificate in the directory.
     *
     * @param bundles those that Spring knows
     * @param registry the same, for what this node knows of itself
     */
    static TlsSource source(ServerSettings.ServerPem settings, Path directory, SslBundles bundles,
            SslBundleRegistry registry) {
        String bundle = settings.bundle();
        if (bundle != null) {
            return TlsSource.ofBundle(SETTING + ".bundle", bundle, bundles);
        }
        return TlsSource.ofFiles(SETTING, () -> settings.cert() == null
                ? new DevelopmentCertificate(directory).files(settings.ca())
                : new PemFiles(settings.cert(), settings.key(), settings.ca()), registry);
    }

    /** SHA-256 of its own certificate. */
    String fingerprint() {
        return Fingerprint.of(material.chain()[0]);
    }

    /**
     * @param refused takes the address of a client whose certificate is not trusted, null where the handshake does not
     *     tell it, and why
     * @param present returned if its certificates are still those (a key alone cannot change): a context is dear
     * @throws TlsFailure naming what is wrong
     */
    static ServerTls load(TlsSource source, BiConsumer<@Nullable String, String> refused,
            @Nullable ServerTls present) {
        TlsMaterial now = source.shown();
        if (present != null && !now.differs(present.material)) {
            return present;
        }
        QuicSslContextBuilder builder = QuicSslContextBuilder.forServer(now.keys(), null)
                // 0-RTT stays off: its data can be replayed (RFC 9001, section 9.2).
                .applicationProtocols(Limits.ALPN).earlyData(false);
        if (now.trusted() != null) {
            builder.clientAuth(ClientAuth.REQUIRE)
                    .trustManager(new ClientTrust(Authorities.in(now.trusted()), refused));
        }
        return new ServerTls(builder.build(), now);
    }
}
