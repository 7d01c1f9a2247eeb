package io.agentdb.sync.run;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.ConflictPolicy;
import io.agentdb.sync.revision.Strategies;
import java.util.List;
import java.util.Set;

/** What one run is about. */
public record RunScope(List<Kind> kinds, Selection selection, Strategies strategies, int batchSize,
        RunDirection direction) {

    /** In both directions. */
    public RunScope(List<Kind> kinds, Selection selection, Strategies strategies, int batchSize) {
        this(kinds, selection, strategies, batchSize, RunDirection.BOTH);
    }

    /** The same, of those kinds only. */
    public RunScope of(Set<Kind> some) {
        return new RunScope(kinds.stream().filter(some::contains).toList(), selection, strategies, batchSize,
                direction);
    }

    public ConflictPolicy policy(Kind kind) {
        return strategies.of(kind);
    }
}
