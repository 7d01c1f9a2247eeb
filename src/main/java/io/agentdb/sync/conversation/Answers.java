package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.Revision;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What a peer answers to the batches that it is sent. */
public final class Answers {

    private Answers() {
    }

    /**
     * The answer to the oldest batch under way.
     *
     * @param selection release 0.1.0 answers with versions as well that do not belong to it
     * @param underWay one answer may be about several of them
     * @param concurrent gets the peer's versions of what both sides changed
     * @throws ProtocolException if it answers with records that it was not sent: it could bring in whatever it likes,
     *     whatever was asked
     */
    public static BatchAck next(Exchange exchange, Kind kind, Selection selection, Collection<Batch> underWay,
            List<Revision> concurrent) {
        BatchAck ack = exchange.receive(BatchAck.class);
        take(ack, kind, selection, underWay, concurrent);
        while (ack.more()) {
            ack = exchange.receive(BatchAck.class);
            take(ack, kind, selection, underWay, concurrent);
        }
        return ack;
    }

    private static void take(BatchAck ack, Kind kind, Selection selection,
            Collection<Batch> underWay, List<Revision> concurrent) {
        if (ack.concurrent().isEmpty()) {
            return;
        }
        AskedKinds.hold(List.of(kind), List.of(ack.concurrent().get(0).kind()), "batch_ack.concurrent");
        Set<UUID> sent = underWay.stream().flatMap(batch -> batch.records().stream()).map(Revision::id)
                .collect(Collectors.toSet());
        for (Revision answer : ack.concurrent()) {
            if (!sent.contains(answer.id())) {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                        "the peer answers with " + kind + " " + answer.id() + ", which it was not sent");
            }
        }
        ack.concurrent().stream().filter(selection::matches).forEach(concurrent::add);
    }
}
