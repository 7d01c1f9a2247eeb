package io.agentdb.sync.quic.client;

import io.agentdb.sync.quic.tls.Distrust;
import io.agentdb.sync.quic.tls.PemFiles;
import io.agentdb.sync.quic.tls.TlsFailure;
import io.agentdb.sync.quic.tls.TlsMaterial;
import io.agentdb.sync.quic.tls.TlsSource;
import io.netty.incubator.codec.quic.QuicSslContext;
import io.netty.incubator.codec.quic.QuicSslContextBuilder;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;

/** What this node presents when it dials, and whom it believes. Thread-safe. */
public final class ClientTls {

    private static final String SETTING = "agentdb.client.tls";

    private final ClientSettings.ClientPem settings;
    private final TlsSource source;

    ClientTls(ClientSettings.ClientPem settings, TlsSource source) {
        this.settings = settings;
        this.source = source;
    }

    /**
     * @param bundles those that Spring knows
     * @param registry the same, for what this node knows of itself
     */
    public static TlsSource source(ClientSettings.ClientPem settings, SslBundles bundles, SslBundleRegistry registry) {
        String bundle = settings.bundle();
        // Nobody asks authorities where nothing is verified.
        return bundle != null ? TlsSource.ofBundle(SETTING + ".bundle", bundle, bundles)
                : TlsSource.ofFiles(SETTING, () -> new PemFiles(settings.cert(), settings.key(),
                        settings.verify() ? settings.ca() : null), registry);
    }

    /** @throws TlsFailure naming what cannot be used, now and not at the first sync */
    void check(String alpn) {
        TlsMaterial now = source.read();
        context(now, new PeerTrust(new DialTarget("none", new HostPort("localhost", 1), null, null), settings.verify(),
                now), alpn);
    }

    /** What holds for one connection, also if files are exchanged meanwhile. */
    TlsMaterial material() {
        return source.latest();
    }

    PeerTrust trust(DialTarget remote, TlsMaterial material) {
        return new PeerTrust(remote, settings.verify(), material);
    }

    QuicSslContext context(TlsMaterial material, PeerTrust trust, String alpn) {
        QuicSslContextBuilder builder = QuicSslContextBuilder.forClient().trustManager(trust)
                // 0-RTT stays off: its data can be replayed (RFC 9001, section 9.2).
                .applicationProtocols(alpn).earlyData(false);
        if (material.shows()) {
            builder.keyManager(material.keys(), null);
        }
        return builder.build();
    }

    /** Which setting the certificate that is presented is from, and what that says; null if none is. */
    @Nullable String named() {
        if (!material().shows()) {
            return null;
        }
        return settings.bundle() != null ? SETTING + ".bundle (" + settings.bundle() + ")"
                : SETTING + ".cert (" + settings.cert() + ")";
    }

    /**
     * What is wrong with the time of the certificate that this node presents; empty if nothing is, or it presents none.
     */
    Optional<String> flaw(Instant now) {
        return Distrust.time(material().chain(), now);
    }
}
