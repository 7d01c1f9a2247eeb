package io.agentdb.sync.run;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Strategies;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the caller of one run asks for; a null leaves it to the peer's settings, and those to the node's. */
public record RunOptions(@Nullable List<Kind> kinds, @Nullable Selection selection, @Nullable ConflictStrategy strategy,
        @Nullable Integer batchSize, RunDirection direction, boolean dryRun) {

    public static final RunOptions DEFAULT = new RunOptions(null, null, null, null);

    /** In both directions. */
    public RunOptions(@Nullable List<Kind> kinds, @Nullable Selection selection, @Nullable ConflictStrategy strategy,
            @Nullable Integer batchSize) {
        this(kinds, selection, strategy, batchSize, RunDirection.BOTH);
    }

    public RunOptions(@Nullable List<Kind> kinds, @Nullable Selection selection, @Nullable ConflictStrategy strategy,
            @Nullable Integer batchSize, RunDirection direction) {
        this(kinds, selection, strategy, batchSize, direction, false);
    }

    /** The same, only to be told what it would do. */
    public RunOptions dry() {
        return new RunOptions(kinds, selection, strategy, batchSize, direction, true);
    }

    public RunScope scope(Peer peer, SyncSettings settings) {
        // The more particular says: who asks for this run, then the peer's settings, then the kind's, then the node's.
        ConflictStrategy asked = strategy != null ? strategy : peer.strategy();
        return new RunScope(kinds != null ? kinds : peer.kinds(), selection != null ? selection : peer.selection(),
                asked != null ? Strategies.all(asked) : settings.strategies(),
                        batchSize != null ? batchSize : settings.batchSize(), direction);
    }
}
