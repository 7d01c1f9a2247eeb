package io.agentdb.sync.quic;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.replica.Cursor;
import io.agentdb.sync.replica.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Answers a pull with so many batches of so many bytes that do not compress, and counts those that it could send. */
final class FakePull implements RequestHandler<PullRequest> {

    static final Actor ACTOR = new Actor("server.abcdefgh");

    final AtomicInteger sent = new AtomicInteger();
    private final int batches;
    private final Batch batch;

    FakePull(int batches, int bytes) {
        this.batches = batches;
        this.batch = batch(bytes);
    }

    static Batch batch(int bytes) {
        String noise = new Random(bytes).ints(bytes, '0', 'z').mapToObj(c -> String.valueOf((char) c)).collect(Collectors.joining());
        UUID id = new UUID(1, 1);
        Version version = new Version(new Dot(ACTOR, 1, 1), new VersionVector(new TreeMap<>(Map.of(ACTOR, 1L))), 1);
        Content content = Content.of(Instant.EPOCH, "s", "noise", noise, null, null, null, null, null, null, null, null, Instant.EPOCH);
        return new Batch(Kind.EPISODES, List.of(new Revision(Kind.EPISODES, id, version, content)), new Cursor(ACTOR, 1, id));
    }

    @Override
    public Class<PullRequest> request() {
        return PullRequest.class;
    }

    @Override
    public void handle(PullRequest request, Exchange exchange) {
        for (int i = 0; i < batches; i++) {
            exchange.send(batch);
            sent.incrementAndGet();
        }
        exchange.send(new PullEnd(Map.of()));
        exchange.finish();
    }

    static Message wholeFeed() {
        return new PullRequest(Map.of(Kind.EPISODES, Cursor.start(ACTOR)), io.agentdb.sync.replica.Selection.ALL, 0);
    }
}
