package io.agentdb.sync.quic.server;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PullStart;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Request handlers that keep their data in memory. */
public final class Handlers {

    static final Actor FEED = new Actor("server.aaaaaaaa");

    private Handlers() {
    }

    /** Any code as a handler of pulls. */
    public static RequestHandler<PullRequest> pull(BiConsumer<PullRequest, Exchange> code) {
        return new RequestHandler<>() {
            @Override
            public Class<PullRequest> request() {
                return PullRequest.class;
            }

            @Override
            public void handle(PullRequest request, Exchange exchange) {
                code.accept(request, exchange);
            }
        };
    }

    /** Serves the batches; the cursor's xid is the number of batches that are read. */
    public static RequestHandler<PullRequest> feed(List<List<Revision>> batches) {
        return pull((request, exchange) -> {
            int from = (int) request.from().getOrDefault(Kind.EPISODES, Cursor.start(FEED)).xid();
            exchange.send(new PullStart(Map.of(Kind.EPISODES, (long) batches.size() - from)));
            for (int i = from; i < batches.size(); i++) {
                exchange.send(new Batch(Kind.EPISODES, batches.get(i), cursor(i + 1)));
            }
            exchange.send(new PullEnd(Map.of(Kind.EPISODES, cursor(batches.size()))));
        });
    }

    static Cursor cursor(long batches) {
        return new Cursor(FEED, batches, new UUID(0, 0));
    }

    /** Takes pushes into a list. */
    public static final class Taking implements RequestHandler<PushRequest> {

        public final List<Revision> taken = new CopyOnWriteArrayList<>();

        @Override
        public Class<PushRequest> request() {
            return PushRequest.class;
        }

        @Override
        public void handle(PushRequest request, Exchange exchange) {
            exchange.send(new PushReady(Map.of()));
            for (Message message = exchange.receive(); message instanceof Batch batch; message = exchange.receive()) {
                taken.addAll(batch.records());
                exchange.send(new BatchAck(batch.records().size(), 0, 0, List.of(), false));
            }
            exchange.send(new PushDone());
        }
    }
}
