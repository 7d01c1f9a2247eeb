package io.agentdb.sync.coordinator;

import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.run.DatabaseWentBack;
import io.agentdb.sync.run.FailureBackoff;
import io.agentdb.sync.run.InSyncMark;
import io.agentdb.sync.run.PeerLock;
import io.agentdb.sync.run.PeerSessions;
import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.RunProgress;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.RunTally;
import io.agentdb.sync.run.SyncFailure;
import io.agentdb.sync.run.SyncMetrics;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.run.SyncSettings;
import io.agentdb.sync.run.SyncState;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.TransactionException;

/**
 * Starts runs: when asked, and by itself when automatic sync is on. At most one run per peer at a time, also across
 * processes on one database; a run that is asked for waits for the one under way, an automatic one is left out. Of
 * several processes one ticks per interval. Thread-safe.
 */
@Service
public class SyncCoordinator implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(SyncCoordinator.class);
    private static final Duration GONE = Duration.ofDays(7);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Peers peers;
    private final PeerSessions sessions;
    private final PeerSync peerSync;
    private final PeerLock lock;
    private final SyncState state;
    private final InSyncMark inSync;
    private final SyncRuns runs;
    private final SyncMetrics metrics;
    private final AutoSync switched;
    private final UnsentRecords unsent;
    private final SyncSettings settings;
    private final Clock clock = Clock.systemUTC();
    private final ExecutorService executor;

    SyncCoordinator(Peers peers, PeerSessions sessions, PeerSync peerSync, PeerLock lock, SyncState state,
            InSyncMark inSync, SyncRuns runs, SyncMetrics metrics, AutoSync switched, UnsentRecords unsent,
                    SyncSettings settings) {
        this.peers = peers;
        this.sessions = sessions;
        this.peerSync = peerSync;
        this.lock = lock;
        this.state = state;
        this.inSync = inSync;
        this.runs = runs;
        this.metrics = metrics;
        this.switched = switched;
        this.unsent = unsent;
        this.settings = settings;
        this.executor = Executors.newFixedThreadPool(settings.maxConcurrentRuns(),
                task -> new Thread(task, "sync-run"));
    }

    /** Starts a run with a peer and returns at once. */
    public SyncRun start(Peer peer, RunOptions options) {
        SyncRun run = runs.create(peer.name(), options, false, clock.instant());
        executor.execute(() -> run(run, peer, PATIENCE));
        return run;
    }

    /** Makes a run from the start that another process has left: what that one had done is not done again. */
    void resume(RunRecord left, Peer peer) {
        SyncRun run = runs.adopt(left);
        executor.execute(() -> run(run, peer, PATIENCE));
    }

    /** Gives up a run that another process has left. */
    void giveUp(RunRecord left, String error) {
        SyncRun run = runs.adopt(left);
        log.warn("Sync with {} is given up: {}", left.peer(), error);
        RunTally tally = new RunTally(clock, new RunProgress(clock, run::progress), metrics, left.peer());
        runs.finish(run, tally.report(left.peer(), false, left.startedAt(), settings.strategies().label(),
                SyncFailure.INTERNAL, List.of(error)));
    }

    /**
     * Synchronizes with every peer, if automatic sync is on; a peer whose last automatic run still goes on does not
     * hold up the others. The lock is held for the interval, or each process would have its own, and no longer: who
     * dies with it holds up one tick.
     */
    @Scheduled(fixedDelayString = "${agentdb.sync.interval:60s}")
    @SchedulerLock(name = "automatic sync", lockAtLeastFor = "${agentdb.sync.interval:60s}",
            lockAtMostFor = "${agentdb.sync.interval:60s}")
    void tick() {
        try {
            if (executor.isShutdown() || !autoSync()) {
                return;
            }
            Set<String> leftOut = new HashSet<>(state.leftAlone(clock.instant()));
            leftOut.addAll(runs.busy());
            for (Peer peer : peers.all()) {
                if (!leftOut.contains(peer.name())) {
                    SyncRun run = runs.create(peer.name(), RunOptions.DEFAULT, true, clock.instant());
                    executor.execute(() -> run(run, peer, Duration.ZERO));
                }
            }
        } catch (DataAccessException e) {
            log.warn("Automatic sync has to wait, the database does not answer: {}",
                    e.getMostSpecificCause().getMessage());
        }
    }

    /** Forgets what it notes of peers that have been none for some time. */
    @Scheduled(initialDelayString = "1m", fixedDelayString = "1h")
    @SchedulerLock(name = "forgetting of peers and runs", lockAtLeastFor = "50m", lockAtMostFor = "1h")
    void forget() {
        try {
            runs.prune(clock.instant());
            Set<String> names = peers.all().stream().map(Peer::name).collect(Collectors.toSet());
            state.forgetOthers(names, clock.instant().minus(GONE));
        } catch (DataAccessException e) {
            log.warn("sync_state and sync_runs could not be tidied: {}", e.getMostSpecificCause().getMessage());
        }
    }

    public boolean autoSync() {
        return switched.enabled();
    }

    /** On every process of this node, until it is switched off. */
    public void startAutoSync() {
        switched.enable(true);
    }

    public void stopAutoSync() {
        switched.enable(false);
    }

    /** What is broken off goes on in another process, or in this one once it is started again. */
    @Override
    public void destroy() throws InterruptedException {
        runs.handOver();
        executor.shutdownNow();
        executor.awaitTermination(10, TimeUnit.SECONDS);
        try {
            runs.leave();
        } catch (DataAccessException | TransactionException e) {
            log.warn("The runs under way count as failed attempts: {}", DatabaseFailure.words(e));
        }
    }

    private void run(SyncRun run, Peer peer, Duration patience) {
        if (!runs.begin(run)) {
            log.warn("Another process of this node makes the sync with {}: this one could not be seen for a while",
                    peer.name());
            return;
        }
        Instant start = clock.instant();
        RunScope scope = run.options().scope(peer, settings);
        RunTally tally = new RunTally(clock, new RunProgress(clock, run::progress), metrics, peer.name());
        tally.progress().begin(Phase.DETECTING, 0);
        if (run.record().attempts() > 1) {
            tally.progress().say("goes on after its process ended, attempt " + run.record().attempts());
        }
        Optional<PeerLock.Held> held = Optional.empty();
        try {
            Session session = sessions.meet(peer);
            boolean self = sessions.isThisProcess(session);
            peers.met(peer, self);
            if (self) {
                tally.progress().say("this very node answers at " + peer.address()
                        + ": there is nothing to synchronize");
                tally.progress().passed(Phase.COMPLETED, 0);
                runs.finish(run, tally.report(peer.name(), true, start, scope.strategies().label(), List.of()));
                return;
            }
            held = lock.acquire(session.nodeId(), patience);
            if (held.isEmpty()) {
                String busy = "another sync with " + peer.name() + " is under way; try again when it is done";
                // Left out, not failed: the peer is well, and the other run does the work.
                tally.progress().begin(Phase.FAILED, 0);
                tally.progress().say(busy);
                runs.finish(run, tally.report(run.peer(), false, start, scope.strategies().label(), List.of(busy)));
                return;
            }
            Instant asOf = inSync.now();
            Permissions granted = session.caller().permissions();
            peerSync.run(peer, granted, scope, tally);
            tally.progress().passed(Phase.COMPLETED, tally.items());
            SyncReport report = tally.report(peer.name(), true, start, scope.strategies().label(), unsent.told());
            state.succeeded(peer.name(), session.nodeId(), scope.kinds(), report);
            if (granted.equals(Permissions.ALL)) {
                inSync.synced(peer.name(), scope, report, asOf, tally);
            }
            metrics.run(peer.name(), true, Duration.ofMillis(report.durationMs()));
            runs.finish(run, report);
        } catch (SyncException | SQLException | DataAccessException | TransactionException | DatabaseWentBack e) {
            fail(run, tally, start, scope, SyncFailure.of(e), SyncFailure.say(e));
        } catch (RuntimeException e) {
            log.error("Sync with {} failed in a way that was not foreseen", peer.name(), e);
            fail(run, tally, start, scope, SyncFailure.INTERNAL,
                    "an internal error: see the log of this node at " + clock.instant());
        } finally {
            held.ifPresent(PeerLock.Held::close);
        }
    }

    /** The run ends last: whoever waited for it finds the state and the metrics of it. */
    private void fail(SyncRun run, RunTally tally, Instant start, RunScope scope, SyncFailure failure, String error) {
        tally.progress().begin(Phase.FAILED, 0);
        tally.progress().say(error);
        SyncReport report = tally.report(run.peer(), false, start, scope.strategies().label(), failure, List.of(error));
        log.warn("Sync with {} failed, {}: {}", run.peer(), failure.label(), error);
        metrics.failed(run.peer(), failure);
        metrics.run(run.peer(), false, Duration.ofMillis(report.durationMs()));
        try {
            int failures = state.failed(run.peer(), report);
            // Broken off because this node stops, it says nothing about the peer.
            if (!executor.isShutdown()) {
                state.leaveAlone(run.peer(), clock.instant().plus(FailureBackoff.after(settings.interval(), failures)));
            }
        } catch (DataAccessException e) {
            log.warn("sync_state could not be written: {}", e.getMostSpecificCause().getMessage());
        }
        runs.finish(run, report);
    }
}
