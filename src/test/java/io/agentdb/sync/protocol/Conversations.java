package io.agentdb.sync.protocol;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.ClaimEnd;
import io.agentdb.sync.protocol.Message.ClaimRequest;
import io.agentdb.sync.protocol.Message.Claims;
import io.agentdb.sync.protocol.Message.DigestQuery;
import io.agentdb.sync.protocol.Message.FetchQuery;
import io.agentdb.sync.protocol.Message.ItemsQuery;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.Message.VerifyEnd;
import io.agentdb.sync.protocol.Message.VerifyRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** What clients say in whole requests of each kind, with random contents. */
public final class Conversations {

    private final Random random;
    private final Samples some;

    public Conversations(Random random) {
        this.random = random;
        this.some = new Samples(random);
    }

    /** The frame bodies of one request, as a client sends them. */
    public List<byte[]> request() {
        return encoded(switch (random.nextInt(4)) {
            case 0 -> push();
            case 1 -> List.of(new PullRequest(some.cursors(), some.selection(), random.nextInt(200), some.knowledge(), List.of(kind())));
            case 2 -> List.of(new ClaimRequest(Kind.ALL), new Claims(kind(), some.claims()), new Claims(kind(), some.claims()), new ClaimEnd());
            default -> List.of(new VerifyRequest(kind()), new DigestQuery(some.ranges()), new ItemsQuery(some.ranges()),
                    new FetchQuery(List.of(some.uuid(), some.uuid())), new VerifyEnd());
        });
    }

    /** One message of any kind that a peer of either side may send. */
    public byte[] any() {
        List<Message> all = new ArrayList<>(push());
        all.addAll(List.of(
                new Message.Hello(1, "a", some.actor(), List.of("zstd"), "token", some.instant(), "fuzz"),
                new Message.Ping(random.nextLong()), new Message.GoAway(some.text()),
                new Message.Failure(ErrorCode.INTERNAL, some.text(), Duration.ofSeconds(1)),
                new PullRequest(some.cursors(), some.selection(), 7, some.knowledge(), List.of(kind())),
                new Message.PullStart(Map.of(kind(), 3L), List.of(kind())),
                new Message.PullEnd(some.cursors(), some.knowledge(), Duration.ofSeconds(2)),
                new Message.PushReady(some.cursors(), some.knowledge(), 3),
                new Message.BatchAck(1, 2, 3, kind(), List.of(), random.nextBoolean()),
                new Claims(kind(), some.claims()), new Message.ClaimReady(some.knowledge()), new DigestQuery(some.ranges()),
                new Message.DigestAnswer(some.digests()), new ItemsQuery(some.ranges()),
                new Message.ItemsAnswer(some.items(), random.nextBoolean()), new FetchQuery(List.of(some.uuid()))));
        return MessageCodec.encode(all.get(random.nextInt(all.size())));
    }

    private List<Message> push() {
        Kind kind = kind();
        return List.of(new PushRequest(List.of(kind), some.selection(), random.nextInt(5), random.nextInt(3), random.nextInt(3)),
                new Batch(kind, some.revisions(kind, 5), null), new Batch(kind, some.revisions(kind, random.nextInt(40)), some.cursor()),
                new PushEnd(some.knowledge()));
    }

    private Kind kind() {
        return Kind.ALL.get(random.nextInt(Kind.ALL.size()));
    }

    private static List<byte[]> encoded(List<? extends Message> messages) {
        return Stream.of(messages).flatMap(List::stream).map(MessageCodec::encode).toList();
    }
}
