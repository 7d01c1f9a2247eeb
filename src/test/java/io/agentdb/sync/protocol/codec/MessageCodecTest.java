package io.agentdb.sync.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import io.agentdb.sync.memory.BinaryRow;
import io.agentdb.sync.memory.BinaryRows;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.wire.Batch;
import io.agentdb.sync.protocol.wire.Compression;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.Record;
import io.agentdb.sync.protocol.wire.Records;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final Samples some = new Samples(random);

    @RepeatedTest(50)
    void everyMessage_comesBackAsItWas() {
        for (Message message : some.messages(19)) {
            assertThat(MessageCodec.decode(MessageCodec.encode(message, Set.of(Limits.EMBEDDINGS)))).as("seed %d", seed)
                    .isEqualTo(message);
        }
    }

    @RepeatedTest(50)
    void everyMessage_comesBackAsItWas_fromWhoTakesRows() {
        for (Message message : some.messages(19)) {
            assertThat(MessageCodec.decode(MessageCodec.encode(message, Set.of(Limits.ROWS, Limits.EMBEDDINGS))))
                    .as("seed %d", seed).isEqualTo(message);
        }
    }

    @Test
    void rows_areSentAsTheyAre_toWhoTakesThem_andFieldByFieldToOthers() throws IOException {
        BinaryRow row = BinaryRows.of(Kind.EPISODES, some.storable(Kind.EPISODES).values());
        Message batch = new Message.Batch(Kind.EPISODES,
                List.of(new Revision(Kind.EPISODES, some.uuid(), some.version(), new Content(row))), some.cursor());
        assertThat(onlyRecord(MessageCodec.encode(batch, Set.of(Limits.ROWS))).getRow().toByteArray())
                .isEqualTo(row.fields());
        assertThat(onlyRecord(MessageCodec.encode(batch)).getContentCase()).isEqualTo(Record.ContentCase.EPISODES);
    }

    /** Who does not know of them is sent none, and who sends nonsense loses no record by it. */
    @Test
    void embeddings_goToWhoTakesThem_andBadOnesKeepBackNoRecord() throws IOException {
        Message.Batch batch = new Message.Batch(Kind.SKILLS, some.revisions(Kind.SKILLS, 2), Optional.of(some.cursor()),
                List.of(some.embedding()));
        assertThat(MessageCodec.decode(MessageCodec.encode(batch)))
                .isEqualTo(new Message.Batch(Kind.SKILLS, batch.records(), batch.next()));
        Batch sent = Frame.parseFrom(MessageCodec.encode(batch, Set.of(Limits.EMBEDDINGS))).getBatch();
        Records good = Records.parseFrom(sent.getCompression() == Compression.COMPRESSION_NONE
                ? sent.getPayload().toByteArray()
                : Zstd.decompress(sent.getPayload().toByteArray(), sent.getRawBytes()));
        var wire = good.getEmbedding(0);
        Records bad = good.toBuilder().addEmbedding(wire.toBuilder().setModel("mock"))
                .addEmbedding(wire.toBuilder().setModel("gpt")).addEmbedding(wire.toBuilder().clearDigest())
                .addEmbedding(wire.toBuilder().clearId()).addEmbedding(wire.toBuilder().clearVector())
                .addEmbedding(wire.toBuilder().setVector(ByteString.copyFrom(new byte[7])))
                .addEmbedding(wire.toBuilder().setVector(ByteString.copyFrom(new byte[16_388])))
                .addEmbedding(wire.toBuilder().setVector(ByteString.copyFrom(new byte[] {0, 0, -64, 127}))).build();
        assertThat(MessageCodec.decode(Frame.newBuilder().setBatch(sent.toBuilder().setRawBytes(bad.getSerializedSize())
                .setCompression(Compression.COMPRESSION_NONE).setPayload(bad.toByteString())).build().toByteArray()))
                .isEqualTo(batch);
    }

    private static Record onlyRecord(byte[] frame) throws IOException {
        Batch batch = Frame.parseFrom(frame).getBatch();
        byte[] payload = batch.getPayload().toByteArray();
        return Records.parseFrom(batch.getCompression() == Compression.COMPRESSION_NONE ? payload
                : Zstd.decompress(payload, batch.getRawBytes())).getRecord(0);
    }

    /** The bytes of docs/protocol.md: whoever changes them breaks every client. */
    @Test
    void hello_hasTheBytesOfTheDocument() {
        byte[] hello = MessageCodec.encode(new Message.Hello(
                1, new NodeId("alpha"), new Actor("alpha.aaaaaaaa"), List.of("zstd"), "secret",
                        Instant.parse("2026-01-01T00:00:00Z"), "doc"));
        assertThat(HexFormat.ofDelimiter(" ").formatHex(hello))
                .isEqualTo("0a 35 08 01 12 05 61 6c 70 68 61 1a 0e 61 6c 70 68 61 2e 61 61 61 61"
                        + " 61 61 61 61 22 04 7a 73 74 64 2a 06 73 65 63 72 65 74 30 80 80 81 b1 84 e9 91 03 3a 03 64"
                        + " 6f 63");
    }

    @Test
    void smallBatch_isNotCompressed_andALargeOneIs() {
        Revision small = some.episode(10);
        Cursor next = some.cursor();
        assertThat(MessageCodec.encode(new Message.Batch(Kind.EPISODES, List.of(small), next)).length)
                .isLessThan(2_000);
        List<Revision> many = java.util.Collections.nCopies(100, some.episode(1_000));
        assertThat(MessageCodec.encode(new Message.Batch(Kind.EPISODES, many, next)).length)
                .isLessThan(100 * 1_000 / 10);
    }

    @Test
    void failureAndPing_areKnownAtAGlance() {
        assertThat(MessageCodec.isFailure(MessageCodec.encode(
                new Message.Failure(ErrorCode.INTERNAL, "x", Duration.ZERO)))).isTrue();
        assertThat(MessageCodec.isPing(MessageCodec.encode(new Message.Ping(5)))).isTrue();
        assertThat(MessageCodec.isPing(MessageCodec.encode(new Message.Pong(5, null)))).isFalse();
        assertThat(MessageCodec.isFailure(new byte[0])).isFalse();
    }

    @Test
    void helloAsText_doesNotShowTheToken() {
        Actor actor = some.actor();
        assertThat(new Message.Hello(1, actor.nodeId(), actor, List.of(), "s3cr3t", Instant.EPOCH, "").toString())
                .doesNotContain("s3cr3t");
    }
}
