package io.agentdb.sync.sync;

import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.TransactionException;

/**
 * Starts runs: when asked, and by itself when automatic sync is on. At most one run per peer at a time, also across processes on
 * one database; a run that is asked for waits for the one under way, an automatic one is left out. Thread-safe.
 */
@Service
public class SyncCoordinator implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(SyncCoordinator.class);
    private static final Duration GONE = Duration.ofDays(7);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Peers peers;
    private final PeerSync peerSync;
    private final PeerLock lock;
    private final SyncState state;
    private final InSync inSync;
    private final SyncRuns runs;
    private final SyncMetrics metrics;
    private final SyncSettings settings;
    private final Clock clock = Clock.systemUTC();
    private final ExecutorService executor;
    private final Map<String, SyncRun> automatic = new ConcurrentHashMap<>();
    private volatile boolean auto;

    SyncCoordinator(Peers peers, PeerSync peerSync, PeerLock lock, SyncState state, InSync inSync, SyncRuns runs,
            SyncMetrics metrics, SyncSettings settings) {
        this.peers = peers;
        this.peerSync = peerSync;
        this.lock = lock;
        this.state = state;
        this.inSync = inSync;
        this.runs = runs;
        this.metrics = metrics;
        this.settings = settings;
        this.auto = settings.auto();
        this.executor = Executors.newFixedThreadPool(settings.maxConcurrentRuns(), task -> new Thread(task, "sync-run"));
    }

    /** Starts a run with a peer and returns at once. */
    public SyncRun start(Peer peer, RunOptions options) {
        return start(peer, options, PATIENCE);
    }

    /** Synchronizes with every peer, if automatic sync is on; a peer whose last automatic run still goes on does not hold up the others. */
    @Scheduled(fixedDelayString = "${agentdb.sync.interval:60s}")
    void tick() {
        if (!auto) {
            return;
        }
        try {
            Set<String> leftAlone = state.leftAlone(clock.instant());
            for (Peer peer : peers.all()) {
                if (leftAlone.contains(peer.name())) {
                    continue;
                }
                automatic.compute(peer.name(), (name, last) -> last != null && last.state() == SyncRun.State.RUNNING
                        ? last : start(peer, RunOptions.DEFAULT, Duration.ZERO));
            }
        } catch (DataAccessException e) {
            log.warn("Automatic sync has to wait, the database does not answer: {}", e.getMostSpecificCause().getMessage());
        }
    }

    /** Forgets what it notes of peers that have been none for some time. */
    @Scheduled(initialDelayString = "1m", fixedDelayString = "1h")
    void forget() {
        try {
            Set<String> names = peers.all().stream().map(Peer::name).collect(Collectors.toSet());
            automatic.keySet().retainAll(names);
            state.forgetOthers(names, clock.instant().minus(GONE));
        } catch (DataAccessException e) {
            log.warn("sync_state could not be tidied: {}", e.getMostSpecificCause().getMessage());
        }
    }

    public boolean autoSync() {
        return auto;
    }

    public void startAutoSync() {
        auto = true;
    }

    public void stopAutoSync() {
        auto = false;
    }

    @Override
    public void destroy() throws InterruptedException {
        auto = false;
        executor.shutdownNow();
        executor.awaitTermination(10, TimeUnit.SECONDS);
    }

    private SyncRun start(Peer peer, RunOptions options, Duration patience) {
        SyncRun run = runs.create(peer.name(), clock.instant());
        executor.execute(() -> run(run, peer, options, patience));
        return run;
    }

    private void run(SyncRun run, Peer peer, RunOptions options, Duration patience) {
        Instant start = clock.instant();
        RunScope scope = options.scope(peer, settings);
        Tally tally = new Tally(clock, run::progress, metrics, peer.name());
        tally.begin(Phase.DETECTING, 0);
        Optional<PeerLock.Held> held = Optional.empty();
        try {
            Session session = peerSync.meet(peer);
            boolean self = peerSync.meetsItself(session);
            peers.met(peer, self);
            if (self) {
                tally.say("this very node answers at " + peer.address() + ": there is nothing to synchronize");
                tally.passed(Phase.COMPLETED, 0);
                run.finish(tally.report(peer.name(), true, start, scope.strategies().label(), List.of()));
                return;
            }
            held = lock.acquire(session.nodeId(), patience);
            if (held.isEmpty()) {
                String busy = "another sync with " + peer.name() + " is under way; try again when it is done";
                // Left out, not failed: the peer is well, and the other run does the work.
                tally.begin(Phase.FAILED, 0);
                tally.say(busy);
                run.finish(tally.report(run.peer(), false, start, scope.strategies().label(), List.of(busy)));
                return;
            }
            Instant asOf = inSync.now();
            Permissions granted = session.caller().permissions();
            peerSync.run(peer, granted, scope, tally);
            tally.passed(Phase.COMPLETED, tally.items());
            SyncReport report = tally.report(peer.name(), true, start, scope.strategies().label(), List.of());
            state.succeeded(peer.name(), session.nodeId(), scope.kinds(), report);
            if (granted.equals(Permissions.ALL)) {
                inSync.synced(peer.name(), scope, report, asOf, tally);
            }
            metrics.run(peer.name(), true, Duration.ofMillis(report.durationMs()));
            run.finish(report);
        } catch (SyncException | SQLException | DataAccessException | TransactionException | ForeignFutureException e) {
            fail(run, tally, start, scope, SyncFailure.of(e), SyncFailure.say(e));
        } catch (RuntimeException e) {
            log.error("Sync with {} failed in a way that was not foreseen", peer.name(), e);
            fail(run, tally, start, scope, SyncFailure.INTERNAL, "an internal error: see the log of this node at " + clock.instant());
        } finally {
            held.ifPresent(PeerLock.Held::close);
        }
    }

    /** The run ends last: whoever waited for it finds the state and the metrics of it. */
    private void fail(SyncRun run, Tally tally, Instant start, RunScope scope, SyncFailure failure, String error) {
        tally.begin(Phase.FAILED, 0);
        tally.say(error);
        SyncReport report = tally.report(run.peer(), false, start, scope.strategies().label(), failure, List.of(error));
        log.warn("Sync with {} failed, {}: {}", run.peer(), failure.label(), error);
        metrics.failed(run.peer(), failure);
        metrics.run(run.peer(), false, Duration.ofMillis(report.durationMs()));
        try {
            int failures = state.failed(run.peer(), report);
            // Broken off because this node stops, it says nothing about the peer.
            if (!executor.isShutdown()) {
                state.leaveAlone(run.peer(), clock.instant().plus(Rarely.after(settings.interval(), failures)));
            }
        } catch (DataAccessException e) {
            log.warn("sync_state could not be written: {}", e.getMostSpecificCause().getMessage());
        }
        run.finish(report);
    }
}
