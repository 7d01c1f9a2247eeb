package io.agentdb.sync.quic.server;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * {@code agentdb.server}: the QUIC listener.
 *
 * @param host the address that it listens on
 * @param port UDP; 0 picks a free one
 * @param maxConnections that may be open at a time
 * @param authToken what clients have to show; none by default
 * @param rateLimit what each client may ask for
 * @param shutdownGrace how long requests under way may take to end once the node stops
 * @param tls its certificate
 */
@Validated
@ConfigurationProperties("agentdb.server")
public record ServerSettings(
        @DefaultValue("0.0.0.0") String host,
        @DefaultValue("4433") @Min(0) @Max(65535) int port,
        @DefaultValue("100") @Min(1) int maxConnections,
        @Nullable String authToken,
        @DefaultValue RateLimit rateLimit,
        @DefaultValue("10s") Duration shutdownGrace,
        @DefaultValue ServerPem tls) {

    public ServerSettings {
        if (shutdownGrace.isNegative()) {
            throw new IllegalArgumentException("agentdb.server.shutdown-grace must not be negative, as " + shutdownGrace
                    + " is");
        }
    }

    /**
     * Per client.
     *
     * @param maxRequestsPerMinute that one client may make
     * @param maxBytesPerMinute that one client may send
     */
    public record RateLimit(@DefaultValue("60") long maxRequestsPerMinute,
            @DefaultValue("10MB") DataSize maxBytesPerMinute) {
        public RateLimit {
            if (maxRequestsPerMinute < 1 || maxBytesPerMinute.toBytes() < 1) {
                throw new IllegalArgumentException(
                        "agentdb.server.rate-limit.max-requests-per-minute and .max-bytes-per-minute must be"
                                + " positive; for practically no limit, set large ones");
            }
        }
    }

    /**
     * PEM files, or a bundle of Spring's; without a certificate the node makes one for development. With authorities,
     * clients have to show a certificate.
     *
     * @param bundle a name under {@code spring.ssl.bundle}; its trust store has the authorities
     * @param cert a PEM file
     * @param key a PEM file
     * @param ca a PEM file with those who vouch for clients
     */
    public record ServerPem(@Nullable String bundle, @Nullable Path cert, @Nullable Path key, @Nullable Path ca) {
        public ServerPem {
            bundle = bundle == null || bundle.isBlank() ? null : bundle;
            if (bundle != null && (cert != null || key != null || ca != null)) {
                throw new IllegalArgumentException("agentdb.server.tls names a bundle, which holds all that cert, key"
                        + " and ca would name: set either the bundle or these");
            }
            if ((cert == null) != (key == null)) {
                throw new IllegalArgumentException("agentdb.server.tls needs both cert and key, or neither");
            }
        }

        /** Whether the node has to make a certificate. */
        boolean development() {
            return bundle == null && cert == null;
        }

        /** Which setting the certificate is from, and what that says. */
        String named() {
            return bundle != null ? "agentdb.server.tls.bundle (" + bundle + ")"
                    : "agentdb.server.tls.cert (" + cert + ")";
        }
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "ServerSettings[" + host + ":" + port + "]";
    }
}
