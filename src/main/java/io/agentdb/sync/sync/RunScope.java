package io.agentdb.sync.sync;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.ConflictPolicy;
import io.agentdb.sync.replica.Selection;
import java.util.List;
import java.util.Set;

/** What one run is about. */
public record RunScope(List<Kind> kinds, Selection selection, Strategies strategies, int batchSize) {

    /** The same, of those kinds only. */
    RunScope of(Set<Kind> some) {
        return new RunScope(kinds.stream().filter(some::contains).toList(), selection, strategies, batchSize);
    }

    ConflictPolicy policy(Kind kind) {
        return strategies.of(kind);
    }
}
