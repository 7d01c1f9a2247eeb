package io.agentdb.sync.sync;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.ConflictPolicy;
import io.agentdb.sync.replica.Selection;
import java.util.List;

/** What one run is about. */
public record RunScope(List<Kind> kinds, Selection selection, Strategies strategies, int batchSize) {

    ConflictPolicy policy(Kind kind) {
        return strategies.of(kind);
    }
}
