package io.agentdb.sync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.Cursor;
import io.agentdb.sync.replica.Revision;
import io.agentdb.sync.version.Actor;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final Samples some = new Samples(random);

    @RepeatedTest(50)
    void everyMessage_comesBackAsItWas() {
        Kind kind = Kind.ALL.get(random.nextInt(Kind.ALL.size()));
        List<Revision> records = some.revisions(kind, random.nextInt(20));
        Actor actor = some.actor();
        for (Message message : List.of(
                new Message.Hello(1, actor.nodeId(), actor, List.of("zstd", some.text()), some.text(), some.instant(), some.text()),
                new Message.Welcome(1, actor.nodeId(), actor, List.of(), some.instant(), some.text(),
                        new Permissions(Set.of(kind), Set.of(Kind.EDGES))),
                new Message.Ping(random.nextLong()), new Message.Pong(random.nextLong()), new Message.GoAway(some.text()),
                new Message.Failure(ErrorCode.RATE_LIMITED, some.text(), Duration.ofMillis(random.nextInt(3_600_000))),
                new Message.PullRequest(some.cursors(), some.selection(), random.nextInt(Limits.BATCH_RECORDS)),
                new Message.PullRequest(some.cursors(), some.selection(), 0, some.knowledge(), List.of(Kind.SKILLS)),
                new Message.PullStart(Map.of(Kind.EPISODES, random.nextLong(Long.MAX_VALUE), Kind.EDGES, 0L)),
                new Message.PullStart(Map.of(), List.of(Kind.EDGES)),
                new Message.Batch(kind, records, random.nextBoolean() ? some.cursor() : null),
                new Message.PullEnd(some.cursors(), some.knowledge(), Duration.ofMillis(random.nextInt(1_000_000))), new Message.PushRequest(List.of(Kind.SKILLS, Kind.EPISODES), some.selection()),
                new Message.PushReady(some.cursors(), some.knowledge(), random.nextLong(Long.MAX_VALUE)),
                new Message.BatchAck(1, 2, 3, records.isEmpty() ? null : kind, records, random.nextBoolean()),
                new Message.PushEnd(some.knowledge()), new Message.PushDone(), new Message.ClaimRequest(List.of(kind)),
                new Message.ClaimReady(some.knowledge()), new Message.Claims(kind, some.claims()), new Message.ClaimEnd(),
                new Message.ClaimDone(random.nextInt(Integer.MAX_VALUE)), new Message.VerifyRequest(kind),
                new Message.DigestQuery(some.ranges()), new Message.DigestAnswer(some.digests()), new Message.ItemsQuery(some.ranges()),
                new Message.ItemsAnswer(some.items(), random.nextBoolean()), new Message.FetchQuery(List.of(some.uuid(), some.uuid())),
                new Message.FetchEnd(), new Message.VerifyEnd())) {
            assertThat(MessageCodec.decode(MessageCodec.encode(message))).as("seed %d", seed).isEqualTo(message);
        }
    }

    /** The bytes of docs/protocol.md: whoever changes them breaks every client. */
    @Test
    void hello_hasTheBytesOfTheDocument() {
        byte[] hello = MessageCodec.encode(new Message.Hello(1, "alpha", new Actor("alpha.aaaaaaaa"), List.of("zstd"), "secret",
                Instant.parse("2026-01-01T00:00:00Z"), "doc"));
        assertThat(HexFormat.ofDelimiter(" ").formatHex(hello)).isEqualTo("0a 35 08 01 12 05 61 6c 70 68 61 1a 0e 61 6c 70 68 61 2e 61 61 61 61"
                + " 61 61 61 61 22 04 7a 73 74 64 2a 06 73 65 63 72 65 74 30 80 80 81 b1 84 e9 91 03 3a 03 64 6f 63");
    }

    @Test
    void smallBatch_isNotCompressed_andALargeOneIs() {
        Revision small = some.episode(10);
        Cursor next = some.cursor();
        assertThat(MessageCodec.encode(new Message.Batch(Kind.EPISODES, List.of(small), next)).length).isLessThan(2_000);
        List<Revision> many = java.util.Collections.nCopies(100, some.episode(1_000));
        assertThat(MessageCodec.encode(new Message.Batch(Kind.EPISODES, many, next)).length).isLessThan(100 * 1_000 / 10);
    }

    @Test
    void failureAndPing_areKnownAtAGlance() {
        assertThat(MessageCodec.isFailure(MessageCodec.encode(new Message.Failure(ErrorCode.INTERNAL, "x", Duration.ZERO)))).isTrue();
        assertThat(MessageCodec.isPing(MessageCodec.encode(new Message.Ping(5)))).isTrue();
        assertThat(MessageCodec.isPing(MessageCodec.encode(new Message.Pong(5)))).isFalse();
        assertThat(MessageCodec.isFailure(new byte[0])).isFalse();
    }

    @Test
    void helloAsText_doesNotShowTheToken() {
        Actor actor = some.actor();
        assertThat(new Message.Hello(1, actor.nodeId(), actor, List.of(), "s3cr3t", Instant.EPOCH, "").toString()).doesNotContain("s3cr3t");
    }
}
