package io.agentdb.sync.verify;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.VerifyEnd;
import io.agentdb.sync.protocol.Message.VerifyRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.replica.digest.RangeDigests;
import io.agentdb.sync.run.InSyncMark;
import io.agentdb.sync.run.PeerLock;
import io.agentdb.sync.run.PeerRequests;
import io.agentdb.sync.run.PeerSessions;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.RunProgress;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.RunTally;
import io.agentdb.sync.run.SyncMetrics;
import io.agentdb.sync.run.SyncSettings;
import io.agentdb.sync.verify.Difference.Divergence;
import io.agentdb.sync.verify.VerifyReport.OfKind;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Compares this node's memory with a peer's, and repairs what differs when asked. Takes the peer as a sync does: never
 * both at a time. Thread-safe; blocks for as long as it takes.
 */
public final class Verifier {

    /** At once: each holds a database connection for its lock. */
    private static final int PLACES = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A tombstone that was dropped is made anew in the first round and fetched in the second. */
    private static final int REPAIR_ROUNDS = 3;

    private final PeerSessions sessions;
    private final PeerRequests requests;
    private final PeerLock lock;
    private final RangeDigests digests;
    private final NodeCounts inventory;
    private final Repair repair;
    private final InSyncMark inSync;
    private final SyncMetrics metrics;
    private final SyncSettings settings;
    private final Clock clock = Clock.systemUTC();
    private final Semaphore places = new Semaphore(PLACES, true);

    Verifier(PeerSessions sessions, PeerRequests requests, PeerLock lock, RangeDigests digests, NodeCounts inventory,
            ChangeApplier applier, InSyncMark inSync, SyncMetrics metrics, SyncSettings settings) {
        this.sessions = sessions;
        this.requests = requests;
        this.lock = lock;
        this.digests = digests;
        this.inventory = inventory;
        this.repair = new Repair(applier);
        this.inSync = inSync;
        this.metrics = metrics;
        this.settings = settings;
    }

    /**
     * @param kinds null for the peer's
     * @return empty when the peer, or this node, is busy with other runs for half a minute
     * @throws io.agentdb.sync.protocol.SyncException if the peer fails
     * @throws org.springframework.dao.DataAccessException if this node's database does
     */
    public Optional<VerifyReport> verify(Peer peer, @Nullable List<Kind> kinds, boolean repairing)
            throws InterruptedException {
        if (!places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            return Optional.empty();
        }
        try {
            Session session = sessions.meet(peer);
            Optional<PeerLock.Held> held = lock.acquire(session.nodeId(), PATIENCE);
            if (held.isEmpty()) {
                return Optional.empty();
            }
            try (PeerLock.Held taken = held.get()) {
                return Optional.of(alone(peer, session, new RunOptions(kinds, null, null, null).scope(peer, settings),
                        repairing));
            }
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("the lock of a peer cannot be taken", e);
        } finally {
            places.release();
        }
    }

    private VerifyReport alone(Peer peer, Session session, RunScope scope, boolean repairing) {
        Instant start = clock.instant();
        if (!session.capabilities().contains(Limits.VERIFY)) {
            throw new PeerRejected(ErrorCode.BAD_REQUEST, "peer " + peer.name() + " cannot compare memories: update it",
                    Duration.ZERO);
        }
        Run run = new Run(peer, scope, new RunTally(clock, RunProgress.unwatched(), metrics, peer.name()));
        scope.kinds().forEach(kind -> run.verify(kind, repairing));
        boolean equal = run.kinds.stream().allMatch(kind -> kind.left() == 0);
        if (!equal) {
            inSync.different(peer.name(), session.nodeId());
        } else if (scope.kinds().containsAll(Kind.ALL)) {
            inSync.equal(peer.name(), session.nodeId(), start);
        }
        return new VerifyReport(peer.name().text(), equal, repairing, start,
                Duration.between(start, clock.instant()).toMillis(), run.kinds, run.differing, advice(run, repairing),
                        run.roundTrips, run.tally.bytes());
    }

    private static List<String> advice(Run run, boolean repaired) {
        List<String> advice = new ArrayList<>();
        long damaged = run.kinds.stream().mapToLong(OfKind::damaged).sum();
        if (damaged > 0) {
            advice.add(damaged
                    + " records are damaged: they have the same version on both sides and different content, so one"
                    + " side was" + " changed past the triggers. No version tells which one is right: compare the"
                    + " two, and write the right content on the node"
                            + " where it is wrong; the next sync does the rest");
        }
        if (run.kinds.stream().mapToLong(OfKind::left).sum() > damaged) {
            advice.add(repaired
                    ? "not everything could be repaired: a record may have changed meanwhile, wait for a person as an"
                    + " open" + " conflict, or be set aside as unstorable (GET /status counts them); look, and verify"
                    + " again"
                    : "synchronize, or verify with repair=true to exchange just these records");
        }
        return advice;
    }

    /** One comparison; used by one thread. */
    private final class Run {

        private final Peer peer;
        private final RunScope scope;
        private final RunTally tally;
        private final List<OfKind> kinds = new ArrayList<>();
        private final List<Difference> differing = new ArrayList<>();
        private int roundTrips;

        Run(Peer peer, RunScope scope, RunTally tally) {
            this.peer = peer;
            this.scope = scope;
            this.tally = tally;
        }

        void verify(Kind kind, boolean repairing) {
            ComparisonResult found = compare(kind, (comparison, result) ->
                    result.totals(comparison.everything(inventory.records(kind))));
            Set<UUID> left = found.repairable();
            for (int round = 0; repairing && round < REPAIR_ROUNDS && !left.isEmpty(); round++) {
                left = repaired(kind, left);
            }
            Set<UUID> open = left;
            found.named().stream().limit(ComparisonResult.NAMED - differing.size())
                    .map(difference -> repairing ? difference.repaired(found.repairable().contains(difference.id())
                            && !open.contains(difference.id())) : difference).forEach(differing::add);
            kinds.add(new OfKind(kind.name(), found.totals().here(), found.totals().there(),
                    found.count(Divergence.ONLY_HERE), found.count(Divergence.ONLY_THERE),
                    found.count(Divergence.VERSIONS_DIFFER), found.count(Divergence.DAMAGED),
                    found.repairable().size() - open.size()));
        }

        /** @return those that are different even so */
        private Set<UUID> repaired(Kind kind, Set<UUID> ids) {
            List<UUID> waiting = new ArrayList<>(ids);
            hold(kind, exchange -> {
                while (!waiting.isEmpty()) {
                    List<UUID> next = waiting.subList(0, Math.min(Repair.AT_ONCE, waiting.size()));
                    roundTrips += repair.run(exchange, kind, List.copyOf(next), scope, tally);
                    // After a break it goes on with the others.
                    next.clear();
                }
            });
            return compare(kind, (comparison, result) -> comparison.these(ids)).repairable();
        }

        private ComparisonResult compare(Kind kind, BiConsumer<RangeComparison, ComparisonResult> how) {
            ComparisonResult found = new ComparisonResult();
            hold(kind, exchange -> {
                // After a break from the start.
                found.beginAnew();
                RangeComparison comparison = new RangeComparison(kind, exchange, digests, found::add);
                try {
                    how.accept(comparison, found);
                } finally {
                    roundTrips += comparison.queries();
                }
            });
            return found;
        }

        private void hold(Kind kind, Consumer<Exchange> what) {
            requests.hold(peer, tally, exchange -> {
                exchange.send(new VerifyRequest(kind));
                what.accept(exchange);
                exchange.send(new VerifyEnd());
                exchange.finish();
            });
        }
    }
}
