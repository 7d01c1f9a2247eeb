package io.agentdb.sync.sync;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.Applied;
import io.agentdb.sync.replica.Conflict;
import io.agentdb.sync.replica.Revision;
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

    /** A client says itself who it is: each name that it makes up would be a line of every scrape, and stay in memory. */
    static final int MOST_PEERS = 1_000;

    private final MeterRegistry registry;
    private final Map<String, AtomicLong> clockOffsets = new ConcurrentHashMap<>();

    SyncMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void sent(Kind kind, String peer, List<Revision> records) {
        registry.counter("agentdb.sync.records", "peer", peer, "kind", kind.name(), "direction", "out", "outcome", "sent")
                .increment(records.size());
        payload(kind, peer, "out", records);
    }

    void received(Kind kind, String peer, List<Revision> records, Applied applied) {
        payload(kind, peer, "in", records);
        in(kind, peer, "applied", applied.applied());
        in(kind, peer, "known", applied.known());
        in(kind, peer, "quarantined", applied.quarantined());
    }

    void conflicts(String peer, List<Conflict> conflicts) {
        for (Conflict conflict : conflicts) {
            registry.counter("agentdb.sync.conflicts", "peer", peer, "kind", conflict.local().kind().name(),
                    "outcome", conflict.resolution().outcome().label()).increment();
        }
    }

    void run(String peer, boolean success, Duration took) {
        registry.timer("agentdb.sync.runs", "peer", peer, "outcome", success ? "success" : "failure").record(took);
    }

    void failed(String peer, SyncFailure failure) {
        registry.counter("agentdb.sync.failures", "peer", peer, "reason", failure.label()).increment();
    }

    void clockOffset(String peer, Duration offset) {
        clockOffsets.computeIfAbsent(peer, name -> registry.gauge("agentdb.sync.clock.offset",
                Tags.of("peer", name), new AtomicLong(), millis -> millis.get() / 1000.0))
                .set(offset.toMillis());
    }

    /** Content before encoding and compression: characters of texts, 8 bytes for any other value. */
    private void payload(Kind kind, String peer, String direction, List<Revision> records) {
        registry.counter("agentdb.sync.payload.bytes", "peer", peer, "kind", kind.name(), "direction", direction)
                .increment(records.stream().filter(record -> !record.deleted()).mapToLong(record -> record.content().size()).sum());
    }

    private void in(Kind kind, String peer, String outcome, int records) {
        if (records > 0) {
            registry.counter("agentdb.sync.records", "peer", peer, "kind", kind.name(), "direction", "in", "outcome", outcome)
                    .increment(records);
        }
    }
}
