package io.agentdb.sync.web.sync;

import io.agentdb.sync.memory.input.Timestamps;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.peers.SelectionParser;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunDirection;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.web.problem.Refusal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to synchronize.
 *
 * @param peer the name of one peer; absent for all
 * @param type episodes, skills, edges or full; {@code kinds} for several
 * @param since only what was written since then
 * @param direction both, push or pull; absent for both
 * @param dryRun only to be told what the run would do
 */
record SyncRequest(@Nullable String peer, @Nullable String type, @Nullable List<String> kinds,
        @Nullable String since, @Nullable Map<String, Object> filters, @Nullable Integer batchSize,
        @Nullable String strategy, @Nullable String direction, @Nullable Boolean dryRun) {

    static final SyncRequest EVERYTHING = new SyncRequest(null, null, null, null, null, null, null, null,
            null);

    boolean dry() {
        return dryRun != null && dryRun;
    }

    /** @throws Refusal 400 saying which member is wrong */
    RunOptions options() {
        try {
            if (type != null && kinds != null) {
                throw new IllegalArgumentException("type and kinds both say what to synchronize: give one of them");
            }
            List<String> names = type != null ? List.of(type) : kinds;
            boolean selective = since != null || filters != null;
            if (batchSize != null && (batchSize < 1 || batchSize > 10_000)) {
                throw new IllegalArgumentException("batchSize must be from 1 to 10000, not " + batchSize);
            }
            return new RunOptions(names == null ? null : Peers.kinds(names),
                    selective ? SelectionParser.parse(since == null ? null : Timestamps.of("since", since), filters)
                            : null,
                    strategy(strategy), batchSize,
                    direction == null ? RunDirection.BOTH : RunDirection.labelled(direction), dry());
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(e.getMessage());
        }
    }

    /** @throws IllegalArgumentException naming the known ones */
    static @Nullable ConflictStrategy strategy(@Nullable String name) {
        return name == null ? null : ConflictStrategy.labelled(name);
    }
}
