package io.agentdb.sync.ui.live;

import io.agentdb.sync.coordinator.RunRecord;
import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.SyncLag;
import io.agentdb.sync.coordinator.SyncRuns;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.review.conflict.ConflictLog;
import io.agentdb.sync.run.SyncState;
import io.agentdb.sync.run.SyncState.PeerState;
import io.agentdb.sync.ui.live.Snapshot.PeerNow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * The node as it is, looked at anew when somebody asks and the last look is a second old. Thread-safe; one caller
 * blocks on the database then, the others get what there is.
 */
@Component
public class Snapshots {

    private static final Duration FRESH = Duration.ofSeconds(1);
    /** Counting what waits reads every record that does. */
    private static final Duration COUNTED = Duration.ofSeconds(5);

    private final SyncCoordinator coordinator;
    private final SyncRuns runs;
    private final SyncLag lag;
    private final SyncState states;
    private final Peers peers;
    private final PeerPauses pauses;
    private final NodeCounts counts;
    private final ConflictLog conflicts;
    private final Clock clock = Clock.systemUTC();
    private final ReentrantLock looking = new ReentrantLock();
    private volatile @Nullable Snapshot last;
    private volatile Instant lookedAt = Instant.MIN;
    private volatile List<SyncLag.PeerLag> waiting = List.of();
    private volatile Instant countedAt = Instant.MIN;
    private volatile long countedFor = -1;

    Snapshots(SyncCoordinator coordinator, SyncRuns runs, SyncLag lag, SyncState states, Peers peers,
            PeerPauses pauses, NodeCounts counts, ConflictLog conflicts) {
        this.coordinator = coordinator;
        this.runs = runs;
        this.lag = lag;
        this.states = states;
        this.peers = peers;
        this.pauses = pauses;
        this.counts = counts;
        this.conflicts = conflicts;
    }

    /**
     * At most about a second old, or the last there was, with why it is no newer.
     *
     * @throws DataAccessException if there has been none yet
     */
    public Snapshot now() {
        Snapshot known = last;
        if (known != null && lookedAt.isAfter(clock.instant().minus(FRESH))) {
            return known;
        }
        if (known != null && !looking.tryLock()) {
            return known;
        }
        if (known == null) {
            looking.lock();
        }
        try {
            Snapshot meanwhile = last;
            if (meanwhile == null || !lookedAt.isAfter(clock.instant().minus(FRESH))) {
                last = look();
                lookedAt = clock.instant();
            }
        } catch (DataAccessException | TransactionException e) {
            if (known == null) {
                throw e;
            }
            last = known.failed("the database cannot be read: " + DatabaseFailure.words(e));
            lookedAt = clock.instant();
        } finally {
            looking.unlock();
        }
        return Objects.requireNonNull(last, "made above");
    }

    /** After something was done that the next page should show. */
    public void changed() {
        lookedAt = Instant.MIN;
        countedAt = Instant.MIN;
    }

    private Snapshot look() {
        Instant now = clock.instant();
        Map<String, Double> records = new LinkedHashMap<>();
        Kind.ALL.forEach(kind -> records.put(kind.name(), counts.estimatedRecords(kind)));
        Map<String, PeerState> known = states.all().stream()
                .collect(Collectors.toMap(PeerState::peer, Function.identity()));
        count(now, known.values().stream().mapToLong(PeerState::syncCount).sum());
        Map<String, RunRecord> running = runs.running().stream()
                .collect(Collectors.toMap(run -> run.peer().text(), Function.identity(), (first, second) -> first));
        PeerPauses.Pauses paused = pauses.now();
        return new Snapshot(now, records, conflicts.open(), counts.quarantined(), coordinator.autoSync(),
                paused.all().orElse(null), counts.fence(), peers.all().stream().map(peer -> peer(peer,
                        paused.of(peer.name()).orElse(null), known.get(peer.name().text()),
                        running.get(peer.name().text()))).toList(), null);
    }

    /** Now and then, and after each run. */
    private void count(Instant now, long syncs) {
        if (syncs != countedFor || countedAt.isBefore(now.minus(COUNTED))) {
            waiting = lag.all();
            countedAt = now;
            countedFor = syncs;
        }
    }

    private PeerNow peer(Peer peer, PeerPauses.@Nullable PeerPause pause, @Nullable PeerState state,
            @Nullable RunRecord run) {
        List<SyncLag.PeerLag> its = waiting.stream()
                .filter(one -> state != null && one.peerNode().equals(state.nodeId())).toList();
        return new PeerNow(peer, peers.isSelf(peer), pause, state,
                its.isEmpty() ? -1 : its.stream().mapToLong(SyncLag.PeerLag::backlog).sum(),
                its.stream().mapToDouble(SyncLag.PeerLag::lagSeconds).max().orElse(0), run);
    }
}
