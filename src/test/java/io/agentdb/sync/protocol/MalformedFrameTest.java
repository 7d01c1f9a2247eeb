package io.agentdb.sync.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.wire.Batch;
import io.agentdb.sync.protocol.wire.BatchAck;
import io.agentdb.sync.protocol.wire.Cursor;
import io.agentdb.sync.protocol.wire.Edge;
import io.agentdb.sync.protocol.wire.Episode;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.Hello;
import io.agentdb.sync.protocol.wire.KindCursor;
import io.agentdb.sync.protocol.wire.KindTotal;
import io.agentdb.sync.protocol.wire.PullEnd;
import io.agentdb.sync.protocol.wire.PullRequest;
import io.agentdb.sync.protocol.wire.PullStart;
import io.agentdb.sync.protocol.wire.PushRequest;
import io.agentdb.sync.protocol.wire.Record;
import io.agentdb.sync.protocol.wire.Records;
import io.agentdb.sync.protocol.wire.Selection;
import io.agentdb.sync.protocol.wire.Skill;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedFrameTest {

    private static final String ACTOR = "a.abcdefgh";
    private static final ByteString ID = ByteString.copyFrom(new byte[16]);

    static Stream<Arguments> malformedRecords() {
        return Stream.of(
                record("record.id", record -> record.setId(ByteString.copyFrom(new byte[15]))),
                record("record.id", Record.Builder::clearId),
                record("record.actor", record -> record.setActor("nobody")),
                record("record.actor", Record.Builder::clearActor),
                record("counter", record -> record.setCounter(0)),
                record("counter", record -> record.setCounter(-5)),
                record("xid", record -> record.setXid(0)),
                record("record.hlc", record -> record.setHlc(-1)),
                record("record.hlc", record -> record.setHlc(Long.MAX_VALUE)),
                record("record.context", Record.Builder::clearContext),
                record("record.context", record -> record.putContext(ACTOR, 6)),
                record("record.context", record -> record.putContext("b.abcdefgh", 0)),
                record("record.context", record -> record.putContext("nobody", 1)),
                record("record.content", record -> record.setSkills(Skill.newBuilder().setName("s").setCreatedAt(1))),
                record("record.content", record -> record.setEdges(Edge.getDefaultInstance())),
                episode("episodes.session_id", Episode.Builder::clearSessionId),
                episode("episodes.ts", Episode.Builder::clearTs),
                episode("episodes.ts", episode -> episode.setTs(Long.MAX_VALUE)),
                episode("episodes.created_at", episode -> episode.setCreatedAt(-62_135_596_800_000_001L)),
                episode("episodes.created_at", episode -> episode.setCreatedAt(253_402_300_800_000_000L)),
                episode("episodes.reward", episode -> episode.setReward(Double.NaN)),
                episode("episodes.reward", episode -> episode.setReward(Double.NEGATIVE_INFINITY)));
    }

    @ParameterizedTest
    @MethodSource("malformedRecords")
    void malformedRecord_isRefusedByName(String field, Record.Builder record) {
        assertThat(refusal(frame(batch(record)))).hasMessageContaining(field)
                .extracting(ProtocolException::code).isEqualTo(ErrorCode.PROTOCOL_VIOLATION);
    }

    @Test
    void referenceOfOtherThanSixteenBytes_isRefusedByName() {
        Skill.Builder skill = Skill.newBuilder().setName("s").setCreatedAt(1).setCreatedFromEpisode(ByteString.EMPTY);
        assertThat(refusal(frame(batch(record().setSkills(skill)).setKind("skills"))))
                .hasMessageContaining("skills.created_from_episode");
    }

    static Stream<Arguments> malformedBatches() {
        return Stream.of(
                batch("batch.kind", batch -> batch.setKind("memories")),
                batch("batch.kind", Batch.Builder::clearKind),
                batch("batch.records", batch -> batch.setRecords(2)),
                batch("batch.records", batch -> batch.setRecords(0)),
                batch("batch.records", batch -> batch.setRecords(Limits.BATCH_RECORDS + 1)),
                batch("batch.records", batch -> batch.setRecords(-1)),
                batch("batch.raw_bytes", batch -> batch.setRawBytes(batch.getRawBytes() + 1)),
                batch("batch.compression", batch -> batch.setCompressionValue(9)),
                batch("batch.payload", batch -> batch.setCompressionValue(1)),
                batch("batch.payload", batch -> batch.setPayload(ByteString.copyFrom(new byte[batch.getRawBytes()]))),
                batch("batch.next.feed", batch -> batch.setNext(Cursor.newBuilder().setId(ID))),
                batch("batch.next.xid", batch -> batch.setNext(cursor().setXid(-1))),
                batch("batch.next.id", batch -> batch.setNext(cursor().clearId())));
    }

    @ParameterizedTest
    @MethodSource("malformedBatches")
    void malformedBatch_isRefusedByName_inAnAckToo(String field, Batch.Builder batch) {
        assertThat(refusal(frame(batch))).hasMessageContaining(field)
                .extracting(ProtocolException::code).isEqualTo(ErrorCode.PROTOCOL_VIOLATION);
        assertThat(refusal(Frame.newBuilder().setBatchAck(BatchAck.newBuilder().setConcurrent(batch))))
                .hasMessageContaining(field);
    }

    static Stream<Arguments> malformedMessages() {
        Selection nan = Selection.newBuilder().setMinReward(Double.NaN).build();
        Selection never = Selection.newBuilder().setSinceMicros(Long.MIN_VALUE).build();
        return Stream.of(
                hello("hello.actor", hello -> hello.setActor("A.abcdefgh")),
                hello("hello.node_id", hello -> hello.setNodeId("b")),
                hello("hello.clock_micros", hello -> hello.setClockMicros(Long.MAX_VALUE)),
                hello("hello.protocol_version", hello -> hello.setProtocolVersion(-1)),
                hello("hello.token", hello -> hello.setToken("t".repeat(Limits.TEXT_CHARS + 1))),
                hello("hello.software", hello -> hello.setSoftware("x\nforged line")),
                hello("hello.capabilities", hello -> hello.addCapabilities("\u0007")),
                message("pull_request.from", Frame.newBuilder().setPullRequest(
                        PullRequest.newBuilder().addFrom(from("edges")).addFrom(from("edges")))),
                message("pull_request.selection.min_reward",
                        Frame.newBuilder().setPullRequest(PullRequest.newBuilder().setSelection(nan))),
                message("push_request.selection.since_micros",
                        Frame.newBuilder().setPushRequest(PushRequest.newBuilder().setSelection(never))),
                message("push_request.kinds",
                        Frame.newBuilder().setPushRequest(PushRequest.newBuilder().addKinds("edges").addKinds("edges"))),
                message("pull_start.totals", Frame.newBuilder().setPullStart(PullStart.newBuilder()
                        .addTotals(KindTotal.newBuilder().setKind("edges").setRecords(-1)))),
                message("pull_end.reached", Frame.newBuilder().setPullEnd(PullEnd.newBuilder().addReached(from("x")))),
                message("batch_ack.known", Frame.newBuilder().setBatchAck(BatchAck.newBuilder().setKnown(-1))),
                message("no body", Frame.newBuilder()));
    }

    @ParameterizedTest
    @MethodSource("malformedMessages")
    void malformedMessage_isRefusedByName(String field, Frame.Builder frame) {
        assertThat(refusal(frame)).hasMessageContaining(field)
                .extracting(ProtocolException::code).isEqualTo(ErrorCode.PROTOCOL_VIOLATION);
    }

    @Test
    void requestForAnUnknownKind_isABadRequest_thatNamesTheKnownOnes() {
        for (Frame.Builder frame : new Frame.Builder[] {
                Frame.newBuilder().setPullRequest(PullRequest.newBuilder().addFrom(from("memories"))),
                Frame.newBuilder().setPushRequest(PushRequest.newBuilder().addKinds("memories"))}) {
            ProtocolException refusal = refusal(frame);
            assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_REQUEST);
            Kind.ALL.forEach(kind -> assertThat(refusal).hasMessageContaining(kind.name()));
        }
        assertThat(refusal(Frame.newBuilder().setPullRequest(
                PullRequest.newBuilder().setBatchRecords(Limits.BATCH_RECORDS + 1))).code()).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void textThatIsNotUtf8_isRefused() {
        byte[] body = frame(batch(record())).build().toByteArray();
        int at = new String(body, StandardCharsets.ISO_8859_1).indexOf("the task");
        body[at] = (byte) 0xff;
        assertThat(refusal(body).code()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION);
    }

    @Test
    void frameOverTheLimit_isRefusedUnread() {
        assertThat(refusal(new byte[Limits.FRAME_BYTES + 1]).code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE);
    }

    static ProtocolException refusal(Frame.Builder frame) {
        return refusal(frame.build().toByteArray());
    }

    static ProtocolException refusal(byte[] body) {
        ProtocolException refusal =
                catchThrowableOfType(ProtocolException.class, () -> MessageCodec.decode(body));
        assertThat(refusal).as("the refusal").isNotNull();
        return refusal;
    }

    private static Arguments record(String field, Consumer<Record.Builder> harm) {
        Record.Builder record = record();
        harm.accept(record);
        return Arguments.of(field, record);
    }

    private static Arguments episode(String field, Consumer<Episode.Builder> harm) {
        return record(field, record -> harm.accept(record.getEpisodesBuilder()));
    }

    private static Arguments batch(String field, Consumer<Batch.Builder> harm) {
        Batch.Builder batch = batch(record());
        harm.accept(batch);
        return Arguments.of(field, batch);
    }

    private static Arguments hello(String field, Consumer<Hello.Builder> harm) {
        Hello.Builder hello = Hello.newBuilder().setProtocolVersion(1).setNodeId("a").setActor(ACTOR);
        harm.accept(hello);
        return message(field, Frame.newBuilder().setHello(hello));
    }

    private static Arguments message(String field, Frame.Builder frame) {
        return Arguments.of(field, frame);
    }

    static Record.Builder record() {
        return Record.newBuilder().setId(ID).setActor(ACTOR).setCounter(7).setXid(9).putContext(ACTOR, 7)
                .setEpisodes(Episode.newBuilder().setTs(1).setSessionId("s").setTask("the task").setCreatedAt(1));
    }

    private static Batch.Builder batch(Record.Builder record) {
        ByteString payload = Records.newBuilder().addRecord(record).build().toByteString();
        return Batch.newBuilder().setKind("episodes").setRecords(1).setRawBytes(payload.size()).setPayload(payload);
    }

    private static Frame.Builder frame(Batch.Builder batch) {
        return Frame.newBuilder().setBatch(batch);
    }

    private static KindCursor from(String kind) {
        return KindCursor.newBuilder().setKind(kind).setCursor(cursor()).build();
    }

    private static Cursor.Builder cursor() {
        return Cursor.newBuilder().setFeed(ACTOR).setId(ID);
    }
}
