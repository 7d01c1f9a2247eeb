package io.agentdb.sync.web.sync;

import io.agentdb.sync.coordinator.DryRuns;
import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import org.springframework.stereotype.Component;

/** Begins dry runs for programs and pages, so many that none waits for long. Thread-safe. */
@Component
public class DryRunStarts {

    /** Two are made at a time, and the others wait. */
    private final ConcurrencyLimit lookers = new ConcurrencyLimit(100, "dry runs");
    private final DryRuns dryRuns;

    DryRunStarts(DryRuns dryRuns) {
        this.dryRuns = dryRuns;
    }

    /**
     * Begins one and returns at once.
     *
     * @throws io.agentdb.sync.web.problem.Refusal 429 if too many wait
     */
    public SyncRun start(Peer peer, RunOptions options) {
        ConcurrencyLimit.Taken place = lookers.take();
        try {
            SyncRun run = dryRuns.start(peer, options);
            run.watch(progress -> { }, report -> place.close());
            return run;
        } catch (RuntimeException e) {
            place.close();
            throw e;
        }
    }
}
