package io.agentdb.sync.coordinator;

import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.run.Cancellation.RunCancelled;
import io.agentdb.sync.run.DatabaseWentBack;
import io.agentdb.sync.run.FailureBackoff;
import io.agentdb.sync.run.InSyncMark;
import io.agentdb.sync.run.PeerLock;
import io.agentdb.sync.run.PeerSessions;
import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.RunProgress;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.RunTally;
import io.agentdb.sync.run.SyncFailure;
import io.agentdb.sync.run.SyncMetrics;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.run.SyncSettings;
import io.agentdb.sync.run.SyncState;
import io.agentdb.sync.telemetry.Observations;
import io.agentdb.sync.telemetry.Observed;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Makes a run, from meeting the peer to the report, on the thread that calls: one at a time with each peer, across
 * every process on the database. Whatever happens, the run ends with a report. Thread-safe.
 */
@Component
class RunMaker {

    /** Who has runs made; any thread may call it, and it does not block for long. */
    interface Initiator {

        /** Whether this process breaks off what it does: a failure says nothing about the peer then. */
        boolean stopping();

        /** Why automatic runs leave the peer alone; empty if they do not. */
        Optional<String> paused(Peer peer);

        /** Another automatic run with that peer is due. */
        void runDue(Peer peer);
    }

    private static final Logger log = LoggerFactory.getLogger(RunMaker.class);

    private final Peers peers;
    private final PeerSessions sessions;
    private final PeerSync peerSync;
    private final PeerLock lock;
    private final SyncState state;
    private final InSyncMark inSync;
    private final SyncRuns runs;
    private final SyncMetrics metrics;
    private final UnsentRecords unsent;
    private final LiveStart live;
    private final AsynchronousCommit commit;
    private final Observations observations;
    private final SyncSettings settings;
    private final Clock clock = Clock.systemUTC();

    RunMaker(Peers peers, PeerSessions sessions, PeerSync peerSync, PeerLock lock, SyncState state, InSyncMark inSync,
            SyncRuns runs, SyncMetrics metrics, UnsentRecords unsent, LiveStart live,
            AsynchronousCommit commit, Observations observations, SyncSettings settings) {
        this.peers = peers;
        this.sessions = sessions;
        this.peerSync = peerSync;
        this.lock = lock;
        this.state = state;
        this.inSync = inSync;
        this.runs = runs;
        this.metrics = metrics;
        this.unsent = unsent;
        this.live = live;
        this.commit = commit;
        this.observations = observations;
        this.settings = settings;
    }

    /**
     * @param patience how long to wait for another run with the peer
     * @param initiator has automatic runs followed up by live sync
     */
    void make(SyncRun run, Peer peer, Duration patience, Initiator initiator) {
        String id = run.id().toString();
        try (Observed observed = observations.run(id, peer.name().text(), run.automatic())) {
            make(run, peer, patience, initiator, observed);
            RunLog.tell(run.report(), observed);
        }
    }

    private void make(SyncRun run, Peer peer, Duration patience, Initiator initiator, Observed observed) {
        if (!runs.begin(run)) {
            log.warn("Another process of this node makes the sync with {}: this one could not be seen for a while",
                    peer.name());
            return;
        }
        Attempt attempt = new Attempt(run, peer, run.options().scope(peer, settings), tally(run), clock.instant());
        attempt.begin();
        Optional<PeerLock.Held> held = Optional.empty();
        try {
            if (run.automatic()) {
                // Somebody may have said so after it was begun, and before it could be cancelled.
                initiator.paused(peer).ifPresent(run.cancellation()::ask);
            }
            attempt.tally.throwIfCancelled();
            Session session = observations.phase(Phase.DETECTING.label(), peer.name().text(),
                    trace -> sessions.meet(peer));
            boolean self = sessions.isThisProcess(session);
            peers.met(peer, self);
            if (self) {
                runs.finish(run, attempt.nothingToDo());
                return;
            }
            held = lock.acquire(session.nodeId(), patience, run.cancellation());
            attempt.tally.throwIfCancelled();
            if (held.isEmpty()) {
                runs.finish(run, attempt.leftOut());
                return;
            }
            synchronize(attempt, session);
            if (run.automatic() && initiator.paused(peer).isEmpty()) {
                live.goOn(peer, session, attempt.scope, () -> initiator.runDue(peer));
            }
        } catch (RunCancelled e) {
            cancelled(attempt, e.getMessage());
        } catch (SyncException | SQLException | DataAccessException | TransactionException | DatabaseWentBack e) {
            observed.failed(e);
            fail(attempt, SyncFailure.of(e), SyncFailure.say(e), initiator);
        } catch (RuntimeException e) {
            observed.failed(e);
            log.error("Sync with {} failed in a way that was not foreseen", peer.name(), e);
            fail(attempt, SyncFailure.INTERNAL,
                    "an internal error: see the log of this node at " + clock.instant(), initiator);
        } finally {
            held.ifPresent(PeerLock.Held::close);
        }
    }

    /** Ends a run without making it. */
    void giveUp(SyncRun run, String error) {
        log.warn("Sync with {} is given up: {}", run.peer(), error);
        runs.finish(run, tally(run).report(false, run.startedAt(), settings.strategies().label(),
                SyncFailure.INTERNAL, List.of(error)));
    }

    /** What is to be told of a run that went well. */
    private List<String> notes(long open) {
        List<String> notes = new ArrayList<>(unsent.told());
        if (open > 0) {
            notes.add((open == 1 ? "1 conflict is open: both sides keep their versions" : open
                    + " conflicts are open: both sides keep their versions") + " until somebody decides"
                    + " (GET /conflicts?outcome=open, agentdb-sync conflicts)");
        }
        return notes;
    }

    private void synchronize(Attempt attempt, Session session) {
        Instant asOf = inSync.now();
        PeerName peer = attempt.peer.name();
        Permissions granted = session.caller().permissions();
        peerSync.run(attempt.peer, granted, attempt.scope, attempt.tally);
        attempt.tally.progress().passed(Phase.COMPLETED, attempt.tally.items());
        // What a run that takes nothing from the peer has left is for the next one that does, or for the peer's.
        boolean took = attempt.scope.direction().pulls() && granted.read().containsAll(attempt.scope.kinds());
        SyncReport report = attempt.report(true, null, notes(took ? attempt.tally.open() : 0));
        commit.of(() -> {
            state.succeeded(peer, session.nodeId(), attempt.scope.kinds(), report);
            if (granted.equals(Permissions.ALL)) {
                inSync.synced(peer, attempt.scope, report, asOf, attempt.tally);
            }
            return report;
        });
        metrics.run(peer, report);
        RunLog.succeeded(report);
        runs.finish(attempt.run, report);
    }

    /** The run ends last: whoever waited for it finds the state and the metrics of it. */
    private void fail(Attempt attempt, SyncFailure failure, String error, Initiator initiator) {
        PeerName peer = attempt.peer.name();
        SyncReport report = attempt.unfinished(failure, error);
        log.warn("Sync with {} failed, {}: {}{}", peer, failure.label(), error, RunLog.meanwhile(report));
        metrics.failed(peer, failure);
        metrics.run(peer, report);
        try {
            int failures = state.failed(peer, report);
            // Broken off because this node stops, it says nothing about the peer.
            if (!initiator.stopping()) {
                state.leaveAlone(peer, clock.instant().plus(FailureBackoff.after(settings.interval(), failures)));
            }
        } catch (DataAccessException e) {
            log.warn("sync_state could not be written: {}", e.getMostSpecificCause().getMessage());
        }
        runs.finish(attempt.run, report);
    }

    /** It says nothing about the peer. */
    private void cancelled(Attempt attempt, String why) {
        SyncReport report = attempt.unfinished(null, why
                + ": what was exchanged stays, and the next run goes on from there").asCancelled();
        log.info("Sync with {} ends early, {}{}", attempt.peer.name(), why, RunLog.meanwhile(report));
        metrics.run(attempt.peer.name(), report);
        try {
            state.cancelled(attempt.peer.name(), report);
        } catch (DataAccessException e) {
            log.warn("sync_state could not be written: {}", e.getMostSpecificCause().getMessage());
        }
        runs.finish(attempt.run, report);
    }

    private RunTally tally(SyncRun run) {
        return new RunTally(clock, new RunProgress(clock, run::progress), metrics, run.peer(), run.cancellation());
    }

    /** A run under way in this process, and the ways in which it may end. */
    private record Attempt(SyncRun run, Peer peer, RunScope scope, RunTally tally, Instant start) {

        void begin() {
            tally.progress().begin(Phase.DETECTING, 0);
            if (run.record().attempts() > 1) {
                tally.progress().say("goes on after its process ended, attempt " + run.record().attempts());
            }
        }

        SyncReport nothingToDo() {
            tally.progress().say("this very node answers at " + peer.address() + ": there is nothing to synchronize");
            tally.progress().passed(Phase.COMPLETED, 0);
            return report(true, null, List.of());
        }

        /** No failure: the peer is well, and the other run does the work. */
        SyncReport leftOut() {
            return unfinished(null, "another sync with " + peer.name() + " is under way; try again when it is done");
        }

        /** @param failure null if there is none */
        SyncReport unfinished(@Nullable SyncFailure failure, String error) {
            tally.progress().begin(Phase.FAILED, 0);
            tally.progress().say(error);
            return report(false, failure, List.of(error));
        }

        SyncReport report(boolean success, @Nullable SyncFailure failure, List<String> errors) {
            return tally.report(success, start, scope.strategies().label(), failure, errors);
        }
    }
}
