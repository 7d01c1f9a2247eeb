package io.agentdb.sync.sync;

import io.agentdb.sync.conflict.ConflictStrategy;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.Selection;
import java.util.List;

/** What the caller of one run asks for; a null leaves it to the peer's settings, and those to the node's. */
public record RunOptions(List<Kind> kinds, Selection selection, ConflictStrategy strategy, Integer batchSize) {

    public static final RunOptions DEFAULT = new RunOptions(null, null, null, null);

    RunScope scope(Peer peer, SyncSettings settings) {
        ConflictStrategy byPeer = peer.strategy() != null ? peer.strategy() : settings.conflictStrategy();
        return new RunScope(kinds != null ? kinds : peer.kinds(), selection != null ? selection : peer.selection(),
                strategy != null ? strategy : byPeer, batchSize != null ? batchSize : settings.batchSize());
    }
}
