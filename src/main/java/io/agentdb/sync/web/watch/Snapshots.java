package io.agentdb.sync.web.watch;

import io.agentdb.sync.coordinator.RunRecord;
import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.SyncLag;
import io.agentdb.sync.coordinator.SyncRuns;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.review.conflict.ConflictArchive;
import io.agentdb.sync.run.SyncState;
import io.agentdb.sync.run.SyncState.PeerState;
import io.agentdb.sync.web.watch.Snapshot.PeerNow;
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
 * The node as it is, looked at anew when somebody asks and the last look is about a second old: for all who listen to
 * events and for all pages. Thread-safe; one caller blocks on the database then, the others get what there is.
 */
@Component
public class Snapshots {

    /** Less than a second: who asks each second must not get the same one twice. */
    private static final Duration FRESH = Duration.ofMillis(900);
    private static final int RUNS = 20;
    /** Counting what waits reads every record that does. */
    private static final Duration COUNTED = Duration.ofSeconds(5);

    private final SyncCoordinator coordinator;
    private final SyncRuns runs;
    private final SyncLag lag;
    private final SyncState states;
    private final Peers peers;
    private final PeerPauses pauses;
    private final NodeCounts counts;
    private final ConflictArchive conflicts;
    private final Clock clock = Clock.systemUTC();
    private final ReentrantLock looking = new ReentrantLock();
    private volatile @Nullable Snapshot last;
    private volatile Instant lookedAt = Instant.MIN;
    private volatile List<SyncLag.PeerLag> waiting = List.of();
    private volatile Instant countedAt = Instant.MIN;
    private volatile long countedFor = -1;
    private volatile long looks;

    Snapshots(SyncCoordinator coordinator, SyncRuns runs, SyncLag lag, SyncState states, Peers peers,
            PeerPauses pauses, NodeCounts counts, ConflictArchive conflicts) {
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
            last = known.failed(words(e));
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

    /** How often it has looked at the node. */
    long looks() {
        return looks;
    }

    /** Why there is none, for people. */
    static String words(RuntimeException failure) {
        return "the database cannot be read: "
                + DatabaseFailure.remedy(failure).orElseGet(() -> DatabaseFailure.words(failure));
    }

    private Snapshot look() {
        looks++;
        Instant now = clock.instant();
        Map<String, Double> records = new LinkedHashMap<>();
        Kind.ALL.forEach(kind -> records.put(kind.name(), counts.estimatedRecords(kind)));
        Map<String, PeerState> known = states.all().stream()
                .collect(Collectors.toMap(PeerState::peer, Function.identity()));
        count(now, known.values().stream().mapToLong(PeerState::syncCount).sum());
        List<RunRecord> newest = runs.latest(RUNS);
        Map<PeerName, RunRecord> running = newest.stream()
                .filter(run -> run.report() == null && !run.options().dryRun())
                .collect(Collectors.toMap(RunRecord::peer, Function.identity(), (first, second) -> first));
        PeerPauses.Pauses paused = pauses.now();
        List<PeerNow> all = peers.all().stream().map(peer -> peer(peer, paused.of(peer.name()).orElse(null),
                known.get(peer.name().text()), running.get(peer.name()))).toList();
        return new Snapshot(now, records, conflicts.open(), counts.quarantined(), coordinator.autoSync(),
                paused.all().orElse(null), counts.fence(), all, newest, null);
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
        return new PeerNow(peer, peers.isSelf(peer), pause, state, waiting.stream()
                .filter(one -> state != null && one.peerNode().equals(state.nodeId())).toList(), run);
    }
}
