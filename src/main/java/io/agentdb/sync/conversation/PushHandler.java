package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.apply.Applied;
import io.agentdb.sync.replica.apply.BatchOrigin;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.ConflictPolicy;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Strategies;
import io.agentdb.sync.run.SyncMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes in what a peer pushes. Of two concurrent versions this side keeps its own and answers with it: the peer
 * resolves.
 */
public final class PushHandler implements RequestHandler<PushRequest> {

    private final ChangeApplier applier;
    private final CursorStore cursors;
    private final KnowledgeExchange knowledge;
    private final MeetingCounter meeting;
    private final Strategies own;
    private final SyncMetrics metrics;

    public PushHandler(ChangeApplier applier, CursorStore cursors, KnowledgeExchange knowledge, MeetingCounter meeting,
            Strategies own, SyncMetrics metrics) {
        this.applier = applier;
        this.cursors = cursors;
        this.knowledge = knowledge;
        this.meeting = meeting;
        this.own = own;
        this.metrics = metrics;
    }

    @Override
    public Class<PushRequest> request() {
        return PushRequest.class;
    }

    @Override
    public void handle(PushRequest request, Exchange exchange) {
        begin(request, exchange).run();
    }

    public OpenRequest begin(PushRequest request, Exchange exchange) {
        PermissionCheck.some(request.kinds());
        PermissionCheck.write(exchange.session(), request.kinds());
        meeting.hear(request, exchange.session());
        exchange.send(new PushReady(read(request, exchange.session()), knowledge.held(request.kinds()),
                meeting.answeredBy(exchange.session())));
        BatchGroups incoming = new BatchGroups(exchange);
        return () -> {
            Message message = incoming.next();
            if (message instanceof Batch batch) {
                AskedKinds.hold(request.kinds(), List.of(batch.kind()), "batch");
                take(incoming.group(batch), request.selection(), exchange);
                return true;
            }
            if (message instanceof PushEnd end) {
                // Who has been sent a selection has not got the rest.
                knowledge.learn(request.selection().everything() ? end.told() : Map.of(), request.kinds());
                exchange.send(new PushDone());
                exchange.finish();
                return false;
            }
            throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                    "expected a batch or the push's end, got " + message.getClass().getSimpleName());
        };
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
        // Who may not read gets no version of ours to resolve a conflict with, so this side resolves it.
        ConflictPolicy policy = peer.caller().permissions().read().contains(kind) ? null : own.of(kind);
        Applied applied = applier.apply(kind, records, new BatchOrigin(peer.nodeId(), peer.actor()), policy, null);
        metrics.received(kind, peer.nodeId(), records, applied);
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

    private Map<Kind, Cursor> read(PushRequest request, Session peer) {
        Map<Kind, Cursor> read = new LinkedHashMap<>();
        if (request.selection().everything()) {
            for (Kind kind : request.kinds()) {
                cursors.find(CursorKeys.pulled(peer, kind, request.selection()), peer.actor())
                        .ifPresent(cursor -> read.put(kind, cursor));
            }
        }
        return read;
    }
}
