package io.agentdb.sync.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.agentdb.sync.memory.BinaryRows;
import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.wire.Batch;
import io.agentdb.sync.protocol.wire.Compression;
import io.agentdb.sync.protocol.wire.DigestAnswer;
import io.agentdb.sync.protocol.wire.DigestQuery;
import io.agentdb.sync.protocol.wire.FetchQuery;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.Hello;
import io.agentdb.sync.protocol.wire.IdRange;
import io.agentdb.sync.protocol.wire.Item;
import io.agentdb.sync.protocol.wire.ItemsAnswer;
import io.agentdb.sync.protocol.wire.KindCursor;
import io.agentdb.sync.protocol.wire.PullRequest;
import io.agentdb.sync.protocol.wire.RangeDigest;
import io.agentdb.sync.protocol.wire.Record;
import io.agentdb.sync.protocol.wire.Records;
import io.agentdb.sync.protocol.wire.Selection;
import io.agentdb.sync.protocol.wire.Skill;
import io.agentdb.sync.protocol.wire.TextArray;
import io.agentdb.sync.protocol.wire.VerifyRequest;
import io.agentdb.sync.protocol.wire.Welcome;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Whatever comes, it is a message or a ProtocolException that says what is wrong. */
class MalformedTest {

    private static final ByteString ID = ByteString.copyFrom(new byte[16]);

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @RepeatedTest(200)
    void randomBytes_areNeverAnotherException() {
        byte[] body = new byte[random.nextInt(200)];
        random.nextBytes(body);
        decodes(body);
    }

    @RepeatedTest(500)
    void flippedBytesOfARealBatch_areNeverAnotherException() {
        byte[] body = MessageCodec.encode(new Message.Batch(
                Kind.SKILLS, new Samples(random).revisions(Kind.SKILLS, 3)));
        for (int i = 0; i < 3; i++) {
            body[random.nextInt(body.length)] = (byte) random.nextInt();
        }
        decodes(body);
    }

    @Test
    void emptyFrame_isRefused() {
        refused(Frame.getDefaultInstance(), "no body");
    }

    @Test
    void helloOfAnotherVersion_isUnsupported_beforeAnythingElseIsLookedAt() {
        assertThatThrownBy(() -> MessageCodec.decode(Frame.newBuilder()
                .setHello(Hello.newBuilder().setProtocolVersion(2).setActor("?"))
                .build().toByteArray())).isInstanceOfSatisfying(ProtocolException.class,
                refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION));
    }

    @Test
    void greeting_hasToNameANodeAndAnActor() {
        Hello.Builder hello = Hello.newBuilder().setProtocolVersion(1).setNodeId("a").setActor("a.aaaaaaaa");
        decodes(Frame.newBuilder().setHello(hello).build().toByteArray());
        refused(Frame.newBuilder().setHello(hello.clone().setActor("a")).build(), "hello.actor: not an actor");
        refused(Frame.newBuilder().setHello(hello.clone().setNodeId("A b")).build(),
                "hello.node_id: not a node id (1 to 31 lower-case letters, digits and dashes): A b");
        refused(Frame.newBuilder().setHello(hello.clone().clearNodeId()).build(), "hello.node_id: not a node id");
        refused(Frame.newBuilder()
                .setWelcome(Welcome.newBuilder().setProtocolVersion(1).setActor("a.aaaaaaaa")).build(),
                "welcome.node_id: not a node id");
    }

    @Test
    void cursor_hasToHaveAFeedAnIdAndAPosition() {
        refused(pull(KindCursor.newBuilder().setKind("episodes")), "no cursor for episodes");
        refused(pull(cursor("nobody", 1, ID)), "pull_request.from.cursor.feed: not an actor");
        refused(pull(cursor("a.aaaaaaaa", -1, ID)), "xid is negative");
        refused(pull(cursor("a.aaaaaaaa", 1, ID.substring(1))), "id has 15 bytes");
        refused(pull(cursor("a.aaaaaaaa", 1, ID).setKind("dreams")), "unknown kind 'dreams'");
        refused(Frame.newBuilder().setPullRequest(PullRequest.newBuilder().addFrom(cursor("a.aaaaaaaa", 1, ID))
                .addFrom(cursor("a.aaaaaaaa", 2, ID))).build(), "names episodes twice");
    }

    @Test
    void record_hasToSayWhichItIs_andIsUnreadableWithAContextThatLacksItsDot() {
        refused(batch(record -> record.setActor("nobody")), "not an actor");
        refused(batch(record -> record.setCounter(0)), "positive");
        refused(batch(record -> record.setXid(-1)), "positive");
        unreadable(batch(record -> record.putContext("a.aaaaaaaa", 4)), "lacks its own dot");
        unreadable(batch(Record.Builder::clearContext), "lacks its own dot");
        unreadable(batch(record -> record.putContext("b.aaaaaaaa", -1)), "not positive");
        unreadable(batch(record -> record.setHlc(-1)), "record.hlc is negative");
        unreadable(batch(record -> record.setHlc(Long.MAX_VALUE)), "record.hlc lies after");
        refused(batch(record -> record.setId(ByteString.EMPTY)), "record.id has 0 bytes");
    }

    @Test
    void contextOfTooManyActors_isUnreadable() {
        unreadable(batch(record -> {
            for (int i = 0; i <= Limits.CONTEXT_ACTORS; i++) {
                record.putContext("n" + i + ".aaaaaaaa", 1);
            }
            return record;
        }), "more than 10000 actors");
    }

    @Test
    void contentOfAnotherKind_orOutOfItsTypes_isUnreadable() {
        unreadable(batch(record -> record.setEdges(io.agentdb.sync.protocol.wire.Edge.getDefaultInstance())),
                "another kind than skills");
        unreadable(batch(record -> record.setSkills(skill().clearName())), "skills.name is missing");
        unreadable(batch(record -> record.setSkills(skill().setAvgReward(Double.NaN))),
                "skills.avg_reward is not a finite number");
        unreadable(batch(record -> record.setSkills(skill().setCreatedAt(Long.MAX_VALUE))),
                "skills.created_at lies outside the years");
        unreadable(batch(record -> record.setSkills(skill().setCreatedFromEpisode(ByteString.EMPTY))),
                "created_from_episode has 0 bytes");
        unreadable(batch(record -> record.setRow(ByteString.copyFrom(new byte[5]))), "the row ends before skills.");
    }

    @Test
    void contentOfAKindThatIsNotKnownHere_isNotTakenForATombstone() {
        UnknownFieldSet dream = UnknownFieldSet.newBuilder().addField(14,
                UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.EMPTY).build()).build();
        unreadable(batch(record -> record.clearContent().setUnknownFields(dream)),
                "of a kind that this version does not know");
        assertThat(((Message.Batch) MessageCodec.decode(batch(Record.Builder::clearContent).toByteArray())).records()
                .get(0).deleted()).isTrue();
    }

    @Test
    void fieldsThatALaterReleaseAdds_areIgnored() {
        UnknownFieldSet extra = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build();
        Frame frame = batch(record -> record.setSkills(skill().setUnknownFields(extra))).toBuilder()
                .setUnknownFields(extra).build();
        assertThat(MessageCodec.decode(frame.toByteArray())).isInstanceOf(Message.Batch.class);
    }

    @Test
    void nulCharacterInAFilter_isRefused_asNoDatabaseTakesIt() {
        for (Selection.Builder selection : List.of(Selection.newBuilder().setSessionId("a\u0000"),
                Selection.newBuilder().setSkillName("\u0000b"),
                        Selection.newBuilder().addTags("c").addTags("\u0000"))) {
            refused(Frame.newBuilder().setPullRequest(PullRequest.newBuilder().setSelection(selection)).build(),
                    "a filter has a NUL character");
        }
    }

    @Test
    void nulCharacter_isLeftToTheApplierToSetAside() {
        Message.Batch batch = (Message.Batch) MessageCodec.decode(
                batch(record -> record.setSkills(skill().setCode("a\u0000b"))).toByteArray());
        assertThat(batch.records().get(0).content().get(Kind.SKILLS.indexOf("code"))).isEqualTo("a\u0000b");
    }

    @Test
    void batch_hasToHoldAsManyRecordsAndBytesAsItSays() {
        Records one = Records.newBuilder().addRecord(record()).build();
        Batch.Builder honest = Batch.newBuilder().setKind("skills").setRecords(1).setRawBytes(one.getSerializedSize())
                .setPayload(one.toByteString());
        refused(frame(honest.clone().setRecords(0)), "there are more");
        refused(frame(honest.clone().setRecords(2)), "but there are 1");
        refused(frame(honest.clone().setRecords(-1)), "batch.records is more than");
        refused(frame(honest.clone().setRawBytes(1)), "batch.raw_bytes is 1");
        refused(frame(honest.clone().setPayload(ByteString.copyFromUtf8("x")).setRawBytes(1)), "not a list of records");
        refused(frame(honest.clone().setCompressionValue(9)), "batch.compression is unknown");
    }

    @Test
    void millionsOfEmptyRecords_areRefusedAtTheFirstThatIsTooMany() {
        byte[] empties = new byte[1 << 20];
        for (int i = 0; i < empties.length; i += 2) {
            empties[i] = 0x0a;
        }
        refused(frame(plain(empties).setRecords(0)), "batch.records is 0, but there are more");
    }

    @Test
    void compressedPayload_isBoundedBeforeItIsUnpacked() {
        byte[] bomb = new byte[Limits.BATCH_RAW_BYTES + 1];
        refused(frame(zstd(bomb, bomb.length)), "the limit is");
        refused(frame(zstd(bomb, 1_000)), "batch.raw_bytes is 1000");
        refused(frame(zstd(new byte[0], -1)), "batch.raw_bytes is -1");
        refused(frame(zstd(new byte[4 << 20], 4 << 20)), "more than 100 times the");
        refused(frame(zstd(bomb, 1).setPayload(ByteString.copyFromUtf8("no zstd"))), "batch.payload is not zstd");
        refused(frame(zstd(bomb, 0).setPayload(ByteString.EMPTY)), "batch.payload is not zstd");
    }

    @Test
    void millionsOfEmptyElements_areRefusedBeforeTheyBecomeObjects() {
        Skill tags = skill().setTags(TextArray.newBuilder().addAllValue(Collections.nCopies(1_100_000, ""))).build();
        Records records = Records.newBuilder().addRecord(record().setSkills(tags)).build();
        refused(frame(plain(records.toByteArray())), "more than 1000000 fields");
        List<Object> values = new ArrayList<>(Collections.nCopies(Kind.SKILLS.columns().size(), null));
        values.set(0, "s");
        values.set(Kind.SKILLS.indexOf("created_at"), Instant.EPOCH);
        values.set(Kind.SKILLS.indexOf("tags"), Collections.nCopies(Limits.BATCH_FIELDS + 1, ""));
        byte[] row = BinaryRows.of(Kind.SKILLS, values).fields();
        refused(batch(record -> record.setRow(ByteString.copyFrom(row))), "more than 1000000 texts");
        UnknownFieldSet.Builder unknown = UnknownFieldSet.newBuilder();
        for (int number = 100; number <= 100 + Limits.FRAME_FIELDS; number++) {
            unknown.mergeVarintField(number, 1);
        }
        refused(Frame.newBuilder().setHello(Hello.newBuilder().setUnknownFields(unknown.build())).build(),
                "more than 20000 fields");
    }

    @Test
    void recordWithTheMostTagsThatTheDatabaseAdmits_isDecoded() {
        Skill tags = skill().setTags(TextArray.newBuilder().addAllValue(Collections.nCopies(524_288, "t"))).build();
        Records records = Records.newBuilder().addRecord(record().setSkills(tags)).build();
        assertThat(MessageCodec.decode(frame(plain(records.toByteArray())).toByteArray()))
                .isInstanceOf(Message.Batch.class);
    }

    @Test
    void manyRecordsOfALargeMesh_fitIntoABatch() {
        Record.Builder record = record();
        for (int i = 0; i < 200; i++) {
            record.putContext("n" + i + ".aaaaaaaa", 1);
        }
        Records records = Records.newBuilder().addAllRecord(Collections.nCopies(2_000, record.build())).build();
        assertThat(MessageCodec.decode(frame(plain(records.toByteArray()).setRecords(2_000)).toByteArray()))
                .isInstanceOf(Message.Batch.class);
    }

    @Test
    void rangesOfAComparison_areFew_orderedAndApart() {
        refused(query(range(1, 1)), "digest_query.ranges has an empty range");
        refused(query(range(2, 1)), "empty range");
        refused(query(range(1, 3), range(2, 4)), "overlap");
        refused(query(range(3, 4), range(1, 2)), "overlap");
        refused(query(range(1, 2).clearHi(), range(3, 4)), "overlap");
        refused(query(range(1, 2).clearLo()), "digest_query.ranges.lo has 0 bytes");
        refused(query(IntStream.rangeClosed(0, Limits.RANGES).mapToObj(i -> range(i, i + 1))
                .toArray(IdRange.Builder[]::new)), "digest_query.ranges has more than 1024 entries");
        assertThat(MessageCodec.decode(query(range(1, 2), range(2, 200)).toByteArray())).as("unsigned")
                .isInstanceOf(Message.DigestQuery.class);
    }

    @Test
    void answersOfAComparison_areBoundedAndComplete() {
        refused(Frame.newBuilder().setDigestAnswer(DigestAnswer.newBuilder()
                .addDigests(RangeDigest.newBuilder().setRecords(-1).setDigest(ID))).build(), "digest_answer.records");
        refused(Frame.newBuilder().setDigestAnswer(DigestAnswer.newBuilder().addDigests(RangeDigest.newBuilder()))
                .build(), "digest_answer.digest has 0 bytes");
        refused(answer(item().setActor("nobody")), "items_answer.actor");
        refused(answer(item().setCounter(0)), "items_answer.counter");
        refused(answer(item().clearContent()), "items_answer.content has 0 bytes");
        refused(Frame.newBuilder().setItemsAnswer(ItemsAnswer.newBuilder()
                .addAllItems(Collections.nCopies(1_001, item().build()))).build(),
                        "items_answer.items has more than 1000 entries");
        refused(Frame.newBuilder().setFetchQuery(FetchQuery.newBuilder().addAllIds(Collections.nCopies(1_001, ID)))
                .build(), "fetch_query.ids has more than 1000 entries");
        refused(Frame.newBuilder().setFetchQuery(FetchQuery.newBuilder().addIds(ID.substring(1))).build(),
                "fetch_query.ids has 15 bytes");
        refused(Frame.newBuilder().setVerifyRequest(VerifyRequest.newBuilder().setKind("dreams")).build(),
                "unknown kind 'dreams'");
    }

    @Test
    void groups_areRefused() {
        assertThatThrownBy(() -> MessageCodec.decode(new byte[] {0x7b, 0x7c})).isInstanceOf(ProtocolException.class)
                .hasMessageContaining("group");
    }

    @Test
    void frameThatIsCutOff_isNeverAnotherException() {
        byte[] body = MessageCodec.encode(new Message.Batch(
                Kind.EPISODES, new Samples(random).revisions(Kind.EPISODES, 3)));
        for (int length = 0; length < body.length; length++) {
            decodes(Arrays.copyOf(body, length));
        }
    }

    @Test
    void batchThatDoesNotFitIntoAFrame_isRefusedBeforeItIsSent_namingTheLargestRecord() {
        Samples some = new Samples(random);
        var large = some.episode(Limits.FRAME_BYTES * 2);
        var small = some.episode(100);
        assertThatThrownBy(() -> MessageCodec.encode(new Message.Batch(Kind.EPISODES, List.of(small, large))))
                .isInstanceOf(ProtocolException.class).hasMessageContaining(large.id().toString());
        var huge = some.episode(Limits.BATCH_RAW_BYTES);
        assertThatThrownBy(() -> MessageCodec.encode(new Message.Batch(Kind.EPISODES, List.of(huge))))
                .isInstanceOf(ProtocolException.class).hasMessageContaining(huge.id().toString());
    }

    private void decodes(byte[] body) {
        Throwable thrown = catchThrowable(() -> MessageCodec.decode(body));
        if (thrown != null) {
            assertThat(thrown).as("seed %d", seed).isInstanceOf(ProtocolException.class);
        }
    }

    /** The record alone: it is no tombstone, and tells its id, its dot and the reason. */
    private static void unreadable(Frame frame, String why) {
        Message.Batch batch = (Message.Batch) MessageCodec.decode(frame.toByteArray());
        Revision revision = batch.records().get(0);
        assertThat(revision.unreadable().reason()).contains(why);
        assertThat(revision.deleted()).isFalse();
        assertThat(revision.version().dot()).isEqualTo(new Dot(
                new Actor("a.aaaaaaaa"), 5, revision.version().dot().xid()));
        assertThat(UnknownFields.readAgain(revision)).isEqualTo(revision);
    }

    private static void refused(Frame frame, String why) {
        assertThatThrownBy(() -> MessageCodec.decode(frame.toByteArray())).isInstanceOf(ProtocolException.class)
                .hasMessageContaining(why);
    }

    private static Frame pull(KindCursor.Builder cursor) {
        return Frame.newBuilder().setPullRequest(PullRequest.newBuilder().addFrom(cursor)).build();
    }

    private static KindCursor.Builder cursor(String feed, long xid, ByteString id) {
        return KindCursor.newBuilder().setKind("episodes")
                .setCursor(io.agentdb.sync.protocol.wire.Cursor.newBuilder().setFeed(feed).setXid(xid).setId(id));
    }

    private static Frame query(IdRange.Builder... ranges) {
        DigestQuery.Builder query = DigestQuery.newBuilder();
        Arrays.stream(ranges).forEach(query::addRanges);
        return Frame.newBuilder().setDigestQuery(query).build();
    }

    private static IdRange.Builder range(int lo, int hi) {
        return IdRange.newBuilder().setLo(id(lo)).setHi(id(hi));
    }

    /** In the order of the numbers, if that is unsigned. */
    private static ByteString id(int number) {
        return ByteString.copyFrom(ByteBuffer.allocate(16).put((byte) Math.min(number, 255)).putInt(number).rewind());
    }

    private static Item.Builder item() {
        return Item.newBuilder().setId(ID).setActor("a.aaaaaaaa").setCounter(1).setContent(ID);
    }

    private static Frame answer(Item.Builder item) {
        return Frame.newBuilder().setItemsAnswer(ItemsAnswer.newBuilder().addItems(item)).build();
    }

    private static Skill.Builder skill() {
        return Skill.newBuilder().setName("n").setCreatedAt(1);
    }

    private static Record.Builder record() {
        return Record.newBuilder().setId(ID).setActor("a.aaaaaaaa").setCounter(5).setXid(1).putContext("a.aaaaaaaa", 5)
                .setHlc(1)
                .setSkills(skill());
    }

    private static Frame batch(UnaryOperator<Record.Builder> change) {
        Records records = Records.newBuilder().addRecord(change.apply(record())).build();
        return frame(Batch.newBuilder().setKind("skills").setRecords(1).setRawBytes(records.getSerializedSize())
                .setPayload(records.toByteString()));
    }

    private static Batch.Builder zstd(byte[] raw, int rawBytes) {
        return Batch.newBuilder().setKind("skills").setRecords(1).setCompression(Compression.COMPRESSION_ZSTD)
                .setRawBytes(rawBytes)
                .setPayload(ByteString.copyFrom(Zstd.compress(raw)));
    }

    private static Batch.Builder plain(byte[] raw) {
        return Batch.newBuilder().setKind("skills").setRecords(1).setCompression(Compression.COMPRESSION_NONE)
                .setRawBytes(raw.length)
                .setPayload(ByteString.copyFrom(raw));
    }

    /** What compresses too well is sent as it is, so that every receiver takes it. */
    @Test
    void recordThatCompressesTooWell_isSentUncompressed() {
        List<Object> values = new java.util.ArrayList<>(Collections.nCopies(Kind.EPISODES.columns().size(), null));
        Kind.EPISODES.columns().stream().filter(Column::required)
                .forEach(column -> values.set(Kind.EPISODES.indexOf(column.name()),
                        column.type() == Column.Type.TEXT ? "t" : java.time.Instant.EPOCH));
        values.set(Kind.EPISODES.indexOf("output"), "a".repeat(3 << 20));
        Dot dot = new Dot(new Actor("n.aaaaaaaa"), 1, 1);
        Message.Batch batch = new Message.Batch(Kind.EPISODES, List.of(new Revision(Kind.EPISODES, new UUID(1, 1),
                new Version(dot, VersionVector.of(dot), 1), new Content(values))));
        byte[] frame = MessageCodec.encode(batch);
        assertThat(frame.length).isGreaterThan(3 << 20);
        assertThat(MessageCodec.decode(frame)).isEqualTo(batch);
    }

    private static Frame frame(Batch.Builder batch) {
        return Frame.newBuilder().setBatch(batch).build();
    }
}
