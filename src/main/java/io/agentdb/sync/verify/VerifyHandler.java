package io.agentdb.sync.verify;

import io.agentdb.sync.conversation.BatchIntake;
import io.agentdb.sync.conversation.PermissionCheck;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.FrameSizedParts;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.DigestAnswer;
import io.agentdb.sync.protocol.Message.DigestQuery;
import io.agentdb.sync.protocol.Message.FetchEnd;
import io.agentdb.sync.protocol.Message.FetchQuery;
import io.agentdb.sync.protocol.Message.ItemsAnswer;
import io.agentdb.sync.protocol.Message.ItemsQuery;
import io.agentdb.sync.protocol.Message.VerifyEnd;
import io.agentdb.sync.protocol.Message.VerifyRequest;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.digest.RangeDigests;
import io.agentdb.sync.replica.digest.RecordDigest;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.SyncMetrics;
import java.util.List;
import java.util.UUID;

/** Tells a peer that compares its memory with ours what we hold, and exchanges with it the records that differ. */
final class VerifyHandler implements RequestHandler<VerifyRequest> {

    private final RangeDigests digests;
    private final ChangeApplier applier;
    private final BatchIntake intake;
    private final SyncMetrics metrics;

    VerifyHandler(RangeDigests digests, ChangeApplier applier, BatchIntake intake, SyncMetrics metrics) {
        this.digests = digests;
        this.applier = applier;
        this.intake = intake;
        this.metrics = metrics;
    }

    @Override
    public Class<VerifyRequest> request() {
        return VerifyRequest.class;
    }

    @Override
    public void handle(VerifyRequest request, Exchange exchange) {
        Kind kind = request.kind();
        PermissionCheck.read(exchange.session(), List.of(kind));
        Message message = exchange.receive();
        while (!(message instanceof VerifyEnd)) {
            answer(kind, message, exchange);
            message = exchange.receive();
        }
        exchange.finish();
    }

    private void answer(Kind kind, Message message, Exchange exchange) {
        if (message instanceof DigestQuery query) {
            exchange.send(new DigestAnswer(digests.digests(kind, query.ranges())));
        } else if (message instanceof ItemsQuery query) {
            List<RecordDigest> items = digests.items(kind, query.ranges(), Limits.ITEMS);
            exchange.send(new ItemsAnswer(items, items.size() == Limits.ITEMS));
        } else if (message instanceof FetchQuery query) {
            fetch(kind, query.ids(), exchange);
        } else if (message instanceof Batch batch && batch.kind() == kind) {
            PermissionCheck.write(exchange.session(), List.of(kind));
            intake.take(List.of(batch), Selection.ALL, exchange);
        } else {
            throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                    "expected a query, a batch of " + kind + " or the end, got " + message.getClass().getSimpleName());
        }
    }

    private void fetch(Kind kind, List<UUID> ids, Exchange exchange) {
        for (int i = 0; i < ids.size(); i += Repair.AT_ONCE) {
            List<Revision> here = List.copyOf(applier.load(
                    kind, ids.subList(i, Math.min(i + Repair.AT_ONCE, ids.size()))));
            for (List<Revision> part : FrameSizedParts.of(here)) {
                if (!part.isEmpty()) {
                    exchange.send(new Batch(kind, part));
                    metrics.sent(kind, exchange.session().nodeId().name(), part);
                }
            }
        }
        exchange.send(new FetchEnd());
    }
}
