package io.agentdb.sync.quic.tls;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** When certificates expire. */
public final class TlsMetrics {

    private TlsMetrics() {
    }

    /** @param side {@code server} for what the listener shows, {@code client} for what dialled peers are shown */
    public static void register(MeterRegistry registry, String side, TlsSource source) {
        Gauge.builder("agentdb.tls.certificate.expiry.timestamp", source,
                now -> now.expires().map(end -> (double) end.getEpochSecond()).orElse(Double.NaN))
                .tag("side", side).baseUnit("seconds")
                .description("When the certificate that is shown expires, or one that vouches for it; NaN if none is")
                .register(registry);
    }
}
