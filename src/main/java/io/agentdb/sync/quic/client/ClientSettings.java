package io.agentdb.sync.quic.client;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code agentdb.client}: dialling peers.
 *
 * @param maxRetries further tries after the first one
 * @param retryDelay before the first further try; doubled each time, with jitter
 * @param timeout of connecting, and of each wait for the peer
 * @param poolSize connections per peer
 * @param tls what it shows, and whom it trusts
 */
@Validated
@ConfigurationProperties("agentdb.client")
public record ClientSettings(
        @DefaultValue("3") @Min(0) @Max(100) int maxRetries,
        @DefaultValue("1s") Duration retryDelay,
        @DefaultValue("30s") Duration timeout,
        @DefaultValue("5") @Min(1) @Max(100) int poolSize,
        @DefaultValue ClientPem tls) {

    public ClientSettings {
        if (retryDelay.isNegative() || retryDelay.isZero() || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("agentdb.client.retry-delay and .timeout must be positive");
        }
    }

    /**
     * PEM files, or a bundle of Spring's.
     *
     * @param bundle a name under {@code spring.ssl.bundle}; its trust store has the authorities
     * @param cert what is shown to peers that want a certificate
     * @param key of that certificate
     * @param ca those who vouch for peers; null for the system's
     * @param verify off means: trust whoever answers; for development only
     */
    public record ClientPem(@Nullable String bundle, @Nullable Path cert, @Nullable Path key, @Nullable Path ca,
            @DefaultValue("true") boolean verify) {
        public ClientPem {
            bundle = bundle == null || bundle.isBlank() ? null : bundle;
            if (bundle != null && (cert != null || key != null || ca != null)) {
                throw new IllegalArgumentException("agentdb.client.tls names a bundle, which holds all that cert, key"
                        + " and ca would name: set either the bundle or these");
            }
            if ((cert == null) != (key == null)) {
                throw new IllegalArgumentException("agentdb.client.tls needs both cert and key, or neither");
            }
        }
    }
}
