package io.agentdb.sync.sync;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.Applied;
import io.agentdb.sync.replica.Conflict;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** The counters of synchronizing. Labels name peers and kinds, never a record: their number must stay small. */
@Component
class SyncMetrics {

    private final MeterRegistry registry;
    private final Map<String, AtomicLong> clockOffsets = new ConcurrentHashMap<>();

    SyncMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void sent(Kind kind, String peer, int records) {
        registry.counter("agentdb.sync.records", "peer", peer, "kind", kind.name(), "direction", "out", "outcome", "sent")
                .increment(records);
    }

    void received(Kind kind, String peer, Applied applied) {
        in(kind, peer, "applied", applied.applied());
        in(kind, peer, "known", applied.known());
        in(kind, peer, "quarantined", applied.quarantined());
        if (applied.quarantined() > 0) {
            registry.counter("agentdb.sync.quarantined", "peer", peer, "kind", kind.name()).increment(applied.quarantined());
        }
    }

    void conflicts(String peer, List<Conflict> conflicts) {
        for (Conflict conflict : conflicts) {
            registry.counter("agentdb.sync.conflicts", "peer", peer, "kind", conflict.local().kind().name(),
                    "outcome", conflict.resolution().outcome()).increment();
        }
    }

    void run(String peer, boolean success, Duration took) {
        registry.timer("agentdb.sync.runs", "peer", peer, "outcome", success ? "success" : "failure").record(took);
    }

    void clockOffset(String peer, Duration offset) {
        clockOffsets.computeIfAbsent(peer, name -> registry.gauge("agentdb.sync.clock.offset",
                Tags.of("peer", name), new AtomicLong(), millis -> millis.get() / 1000.0))
                .set(offset.toMillis());
    }

    private void in(Kind kind, String peer, String outcome, int records) {
        if (records > 0) {
            registry.counter("agentdb.sync.records", "peer", peer, "kind", kind.name(), "direction", "in", "outcome", outcome)
                    .increment(records);
        }
    }
}
