package io.agentdb.sync.run;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.replica.apply.Applied;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.NodeId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** The counters of synchronizing. Labels name peers and kinds, never a record: their number must stay small. */
@Component
public class SyncMetrics {

    /**
     * A client says itself who it is: each name that it makes up would be a line of every scrape, and stay in memory.
     */
    static final int MOST_PEERS = 1_000;

    private static final List<String> RECEIVED = List.of("applied", "known", "quarantined");

    private final MeterRegistry registry;
    private final Map<String, AtomicLong> clockOffsets = new ConcurrentHashMap<>();

    public SyncMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Everything that may be counted of a peer, at zero: rate() sees no increase in a series that begins with its first
     * event.
     */
    public void expect(PeerName name) {
        String peer = name.text();
        for (Kind kind : Kind.ALL) {
            records(kind, peer, "out", "sent");
            payload(kind, peer, "out");
            RECEIVED.forEach(outcome -> records(kind, peer, "in", outcome));
            payload(kind, peer, "in");
            for (ConflictOutcome outcome : ConflictOutcome.AT_FIRST) {
                conflicts(peer, kind, outcome);
            }
        }
        List.of("success", "failure", "cancelled").forEach(outcome -> runs(peer, outcome));
        for (SyncFailure failure : SyncFailure.values()) {
            failures(peer, failure);
        }
    }

    /** @param peer its name in a run of ours, its node's id in what it has begun */
    public void sent(Kind kind, String peer, List<Revision> records) {
        records(kind, peer, "out", "sent").increment(records.size());
        payload(kind, peer, "out", records);
    }

    /** @param peer its name in a run of ours, its node's id in what it has begun */
    public void received(Kind kind, String peer, List<Revision> records, Applied applied) {
        payload(kind, peer, "in", records);
        in(kind, peer, "applied", applied.applied());
        in(kind, peer, "known", applied.known());
        in(kind, peer, "quarantined", applied.quarantined());
    }

    void conflicts(String peer, List<Conflict> conflicts) {
        for (Conflict conflict : conflicts) {
            conflicts(peer, conflict.local().kind(), conflict.resolution().outcome()).increment();
        }
    }

    public void run(PeerName peer, SyncReport report) {
        runs(peer.text(), report.success() ? "success" : report.cancelled() ? "cancelled" : "failure")
                .record(Duration.ofMillis(report.durationMs()));
    }

    public void failed(PeerName peer, SyncFailure failure) {
        failures(peer.text(), failure).increment();
    }

    void clockOffset(NodeId peer, Duration offset) {
        clockOffsets.computeIfAbsent(peer.name(), name -> {
            AtomicLong millis = new AtomicLong();
            Gauge.builder("agentdb.sync.clock.offset", millis, value -> value.get() / 1000.0).baseUnit("seconds")
                    .tag("peer", name)
                    .description("How far the peer's clock was ahead of this node's at their last meeting")
                    .register(registry);
            return millis;
        }).set(offset.toMillis());
    }

    /** Content before encoding and compression: characters of texts, 8 bytes for any other value. */
    private void payload(Kind kind, String peer, String direction, List<Revision> records) {
        payload(kind, peer, direction).increment(records.stream().filter(record -> !record.deleted())
                .mapToLong(record -> record.fields().size()).sum());
    }

    private void in(Kind kind, String peer, String outcome, int records) {
        if (records > 0) {
            records(kind, peer, "in", outcome).increment(records);
        }
    }

    private Timer runs(String peer, String outcome) {
        return Timer.builder("agentdb.sync.runs").tags("peer", peer, "outcome", outcome)
                .description("Runs that this node began, and how long they took").register(registry);
    }

    private Counter failures(String peer, SyncFailure failure) {
        return Counter.builder("agentdb.sync.failures").tags("peer", peer, "reason", failure.label())
                .description("Runs that failed, by the reason").register(registry);
    }

    private Counter records(Kind kind, String peer, String direction, String outcome) {
        return Counter.builder("agentdb.sync.records").tags(
                "peer", peer, "kind", kind.name(), "direction", direction, "outcome", outcome)
                .description("Records that were exchanged, and what became of those that came in").register(registry);
    }

    private Counter payload(Kind kind, String peer, String direction) {
        return Counter.builder("agentdb.sync.payload.bytes")
                .tags("peer", peer, "kind", kind.name(), "direction", direction).baseUnit("bytes")
                .description("Content that was exchanged, before encoding and compression").register(registry);
    }

    private Counter conflicts(String peer, Kind kind, ConflictOutcome outcome) {
        return Counter.builder("agentdb.sync.conflicts")
                .tags("peer", peer, "kind", kind.name(), "outcome", outcome.label())
                .description("Records that both sides had changed, by what came of it").register(registry);
    }
}
