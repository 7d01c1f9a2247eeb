package io.agentdb.sync.conversation;

import io.agentdb.sync.companion.Companions;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.FrameSizedParts;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.apply.Applied;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Strategies;
import io.agentdb.sync.run.SyncMetrics;
import java.util.List;

/**
 * Applies batches that a peer sends, and acknowledges them. Of two concurrent versions this side keeps its own and
 * answers with it: the peer resolves. Stateless.
 */
public final class BatchIntake {

    private final ChangeApplier applier;
    private final Strategies own;
    private final SyncMetrics metrics;
    private final Companions companions;

    /** @param companions keep what comes along with records */
    public BatchIntake(ChangeApplier applier, Strategies own, SyncMetrics metrics, Companions companions) {
        this.applier = applier;
        this.own = own;
        this.metrics = metrics;
        this.companions = companions;
    }

    /**
     * Applies batches of one kind, and acknowledges each.
     *
     * @param selection what the peer may hear of: beside a version of ours that is outside of it, a conflict waits for
     *     a sync that is not
     */
    public void take(List<Batch> group, Selection selection, Exchange exchange) {
        Session peer = exchange.session();
        Kind kind = group.get(0).kind();
        List<Revision> records = BatchGroups.records(group);
        BatchOrigin source = new BatchOrigin(peer.nodeId(), peer.actor());
        // Who may not read gets no version of ours to resolve a conflict with, so this side resolves it.
        Applied applied = peer.caller().permissions().read().contains(kind)
                ? applier.applyUnresolved(kind, records, source) : applier.apply(kind, records, source, own.of(kind));
        companions.take(kind, group);
        metrics.received(kind, peer.nodeId().name(), records, applied);
        // The first answer tells everything: the pusher must not move its cursor past a conflict that it has not heard
        // of.
        acknowledge(applied, selection, exchange);
        for (int i = 1; i < group.size(); i++) {
            exchange.send(new BatchAck(0, 0, 0, List.of(), false));
        }
    }

    /** In several frames, if our versions are too large for one: theirs were small, ours need not be. */
    private static void acknowledge(Applied applied, Selection selection, Exchange exchange) {
        List<List<Revision>> parts = FrameSizedParts.of(
                applied.concurrent().stream().filter(selection::matches).toList());
        for (int i = 0; i < parts.size() - 1; i++) {
            exchange.send(new BatchAck(0, 0, 0, parts.get(i), true));
        }
        exchange.send(new BatchAck(applied.applied(), applied.known(), applied.quarantined(),
                parts.get(parts.size() - 1), false));
    }
}
