package io.agentdb.sync.quic;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.protocol.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;

/** The counters of the network. */
final class QuicMetrics {

    private final MeterRegistry registry;
    private final Counter in;
    private final Counter out;
    private final Counter welcomed;

    QuicMetrics(MeterRegistry registry, ConnectionRegistry connections) {
        this.registry = registry;
        this.in = registry.counter("agentdb.sync.wire.bytes", "direction", "in");
        this.out = registry.counter("agentdb.sync.wire.bytes", "direction", "out");
        this.welcomed = registry.counter("agentdb.quic.welcomed");
        for (Direction direction : Direction.values()) {
            registry.gauge("agentdb.quic.connections", Tags.of("direction", direction == Direction.IN ? "in" : "out"), connections,
                    all -> all.count(direction));
        }
        // Named before the first of each happens: a dashboard shows zero, not a gap.
        paced("requests", 0);
        paced("bytes", 0);
    }

    void received(long bytes) {
        in.increment(bytes);
    }

    void sent(long bytes) {
        out.increment(bytes);
    }

    void welcomed() {
        welcomed.increment();
    }

    void paced(String limit) {
        paced(limit, 1);
    }

    void refused(ErrorCode code) {
        registry.counter("agentdb.quic.refused", "reason", code.name().toLowerCase(Locale.ROOT)).increment();
    }

    /** An address that begins too many connections; it is not answered. */
    void handshakeDropped() {
        registry.counter("agentdb.quic.refused", "reason", "too_many_handshakes").increment();
    }

    private void paced(String limit, int times) {
        registry.counter("agentdb.ratelimit.paced", "limit", limit).increment(times);
    }
}
