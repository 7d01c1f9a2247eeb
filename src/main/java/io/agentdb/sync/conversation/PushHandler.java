package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.StandingRequest;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.CursorStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A push as the pushed side sees it: says where to begin, takes in what comes, and learns what the peer knows. */
public final class PushHandler implements RequestHandler<PushRequest> {

    private final BatchIntake intake;
    private final CursorStore cursors;
    private final KnowledgeExchange knowledge;
    private final MeetingCounter meeting;

    public PushHandler(BatchIntake intake, CursorStore cursors, KnowledgeExchange knowledge, MeetingCounter meeting) {
        this.intake = intake;
        this.cursors = cursors;
        this.knowledge = knowledge;
        this.meeting = meeting;
    }

    @Override
    public Class<PushRequest> request() {
        return PushRequest.class;
    }

    @Override
    public void handle(PushRequest request, Exchange exchange) {
        begin(request, exchange).run();
    }

    @Override
    public Optional<StandingRequest> open(PushRequest request, Exchange exchange) {
        if (!request.live()) {
            handle(request, exchange);
            return Optional.empty();
        }
        BatchGroups incoming = answer(request, exchange);
        return Optional.of(new StandingRequest() {
            @Override
            public boolean goOn() {
                knowledge.current(exchange.session());
                incoming.turn();
                boolean more = true;
                while (more && incoming.ready()) {
                    more = step(request, incoming, exchange);
                }
                return more;
            }

            @Override
            public Runnable watch(Runnable due) {
                return () -> { };
            }
        });
    }

    public OpenRequest begin(PushRequest request, Exchange exchange) {
        BatchGroups incoming = answer(request, exchange);
        return () -> step(request, incoming, exchange);
    }

    private BatchGroups answer(PushRequest request, Exchange exchange) {
        PermissionCheck.some(request.kinds());
        PermissionCheck.write(exchange.session(), request.kinds());
        long answered = meeting.hear(request, exchange.session());
        exchange.send(new PushReady(
                read(request, exchange.session()), knowledge.held(request.kinds()), answered));
        return new BatchGroups(exchange);
    }

    private boolean step(PushRequest request, BatchGroups incoming, Exchange exchange) {
        Message message = incoming.next();
        if (message instanceof Batch batch) {
            AskedKinds.hold(request.kinds(), List.of(batch.kind()), "batch");
            intake.take(incoming.group(batch), request.selection(), exchange);
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
    }

    private Map<Kind, Cursor> read(PushRequest request, Session peer) {
        Map<Kind, Cursor> read = new LinkedHashMap<>();
        if (request.selection().everything()) {
            cursors.find(request.kinds().stream().map(kind -> CursorKeys.pulled(peer, kind, request.selection()))
                    .toList(), peer.actor()).forEach((key, cursor) -> read.put(key.kind(), cursor));
        }
        return read;
    }
}
