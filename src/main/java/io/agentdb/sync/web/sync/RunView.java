package io.agentdb.sync.web.sync;

import io.agentdb.sync.coordinator.RunRecord;
import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.run.SyncProgress;
import io.agentdb.sync.run.SyncReport;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run as callers see it.
 *
 * @param attempts more than 1 if its process ended and another one, or the next, went on with it
 * @param direction both, push or pull
 * @param dryRun whether it only says what it would do
 * @param report null while it goes on
 */
public record RunView(UUID id, String peer, SyncRun.State state, boolean automatic, int attempts, Instant startedAt,
        String direction, boolean dryRun, List<SyncProgress> progress, @Nullable SyncReport report) {

    /** @param runs the same as items, as earlier releases call them */
    record Runs(List<RunView> items, List<RunView> runs) {
        static Runs of(List<RunView> items) {
            return new Runs(items, items);
        }
    }

    public static RunView of(RunRecord run) {
        return new RunView(run.id(), run.peer().text(), run.state(), run.automatic(), run.attempts(),
                run.startedAt(), run.options().direction().label(), run.options().dryRun(), run.progress(),
                run.report());
    }

    static List<RunView> of(List<SyncRun> runs) {
        return runs.stream().map(SyncRun::record).map(RunView::of).toList();
    }

    /** In words, of those that have ended without success. */
    static String failures(List<RunView> views) {
        return String.join("; ", views.stream().filter(view -> view.state() != SyncRun.State.SUCCEEDED)
                .map(view -> "sync with " + view.peer() + view.end()).toList());
    }

    private String end() {
        return (state == SyncRun.State.CANCELLED ? " was " : " failed: ")
                + String.join(", ", Objects.requireNonNull(report, "only what has ended is told of").errors());
    }
}
