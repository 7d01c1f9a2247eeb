package io.agentdb.sync.coordinator;

import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.run.Cancellation.RunCancelled;
import io.agentdb.sync.run.Forecast;
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
import io.agentdb.sync.verify.DryRun;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Makes runs that only say what they would do. On threads of their own, without the lock of a peer, and without a word
 * in {@code sync_state}: anybody who may look may have one made, and nobody's run waits for it. Thread-safe.
 */
@Component
public class DryRuns implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(DryRuns.class);
    private static final int AT_ONCE = 2;

    private final SyncRuns runs;
    private final PeerSessions sessions;
    private final DryRun dryRun;
    private final UnsentRecords unsent;
    private final SyncMetrics metrics;
    private final SyncSettings settings;
    private final Clock clock = Clock.systemUTC();
    private final ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE,
            task -> new Thread(task, "dry-run"));

    DryRuns(SyncRuns runs, PeerSessions sessions, DryRun dryRun, UnsentRecords unsent, SyncMetrics metrics,
            SyncSettings settings) {
        this.runs = runs;
        this.sessions = sessions;
        this.dryRun = dryRun;
        this.unsent = unsent;
        this.metrics = metrics;
        this.settings = settings;
    }

    /** Begins one and returns at once. */
    public SyncRun start(Peer peer, RunOptions options) {
        SyncRun run = runs.create(peer.name(), options, false, clock.instant());
        executor.execute(() -> make(run, peer));
        return run;
    }

    @Override
    public void destroy() {
        executor.shutdownNow();
    }

    private void make(SyncRun run, Peer peer) {
        if (!runs.begin(run)) {
            return;
        }
        RunTally tally = new RunTally(clock, new RunProgress(clock, run::progress), metrics, peer.name(),
                run.cancellation());
        RunScope scope = run.options().scope(peer, settings);
        DryAttempt attempt = new DryAttempt(scope, tally, clock.instant());
        try {
            tally.progress().begin(Phase.DETECTING, 0);
            tally.throwIfCancelled();
            Session session = sessions.meet(peer);
            List<Forecast> forecasts = sessions.isThisProcess(session) ? List.of()
                    : dryRun.of(peer, session, scope, tally);
            tally.progress().passed(Phase.COMPLETED, 0);
            runs.finish(run, attempt.report(true, null, unsent.told()).foreseeing(forecasts));
        } catch (RunCancelled e) {
            runs.finish(run, attempt.failed(null, e.getMessage()).asCancelled());
        } catch (SyncException | DataAccessException | TransactionException e) {
            runs.finish(run, attempt.failed(SyncFailure.of(e), SyncFailure.say(e)));
        } catch (RuntimeException e) {
            log.error("A dry run with {} failed in a way that was not foreseen", peer.name(), e);
            runs.finish(run, attempt.failed(SyncFailure.INTERNAL,
                    "an internal error: see the log of this node at " + clock.instant()));
        }
    }

    /** One that is under way, and the ways in which it may end. */
    private record DryAttempt(RunScope scope, RunTally tally, Instant start) {

        SyncReport failed(@Nullable SyncFailure failure, String error) {
            tally.progress().begin(Phase.FAILED, 0);
            tally.progress().say(error);
            return report(false, failure, List.of(error));
        }

        SyncReport report(boolean success, @Nullable SyncFailure failure, List<String> errors) {
            return tally.report(success, start, scope.strategies().label(), failure, errors);
        }
    }
}
