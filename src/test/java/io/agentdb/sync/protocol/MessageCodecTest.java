package io.agentdb.sync.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.replica.Revision;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

    private static final long SEED = System.nanoTime();

    private final Samples samples = new Samples(SEED);

    @Test
    void everyMessage_comesBackAsItWas() {
        Set<Class<?>> types = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            for (Message message : samples.ofEveryType()) {
                types.add(message.getClass());
                assertThat(MessageCodec.decode(MessageCodec.encode(message))).as("seed %d, %s", SEED, message)
                        .isEqualTo(message);
            }
        }
        assertThat(types).as("every type has a sample").hasSize(Frame.BodyCase.values().length - 1);
    }

    @Test
    void largeCompressedBatch_comesBackAsItWas() {
        for (Kind kind : Kind.ALL) {
            Message.Batch batch = new Message.Batch(kind, samples.revisions(kind, 2_000), samples.cursor());
            assertThat(MessageCodec.decode(MessageCodec.encode(batch))).as("seed %d", SEED).isEqualTo(batch);
        }
    }

    @Test
    void emptyText_andEmptyList_areNotAbsent() {
        List<Object> values = new ArrayList<>(Collections.nCopies(Kind.SKILLS.columns().size(), null));
        values.set(Kind.SKILLS.indexOf("name"), "");
        values.set(Kind.SKILLS.indexOf("tags"), List.of());
        values.set(Kind.SKILLS.indexOf("uses"), 0L);
        values.set(Kind.SKILLS.indexOf("created_at"), Instant.EPOCH);
        Content content = new Content(values);
        assertThat(sent(new Revision(Kind.SKILLS, samples.revision(Kind.SKILLS).id(), samples.version(), content)).content())
                .isEqualTo(content);
    }

    @Test
    void timeFinerThanAMicrosecond_isCutOffTowardsThePast() {
        List<Object> values = new ArrayList<>(samples.content(Kind.EPISODES, 5).values());
        values.set(0, Instant.parse("1969-12-31T23:59:59.999999999Z"));
        Revision episode = new Revision(Kind.EPISODES, samples.revision(Kind.EPISODES).id(), samples.version(),
                new Content(values));
        assertThat(sent(episode).content().get(0)).isEqualTo(Instant.parse("1969-12-31T23:59:59.999999Z"));
    }

    @Test
    void idOfASkill_isLeftToWhoeverAppliesIt() {
        Revision skill = samples.revisions(Kind.SKILLS, 20).stream().filter(any -> !any.deleted()).findFirst().orElseThrow();
        assertThat(Kind.SKILLS.identityOf(skill.content())).isPresent().isNotEqualTo(skill.id());
        assertThat(sent(skill)).isEqualTo(skill);
    }

    @Test
    void unknownFields_areIgnored() throws Exception {
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(900, UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8("later"))
                        .addFixed64(7).addFixed32(8).addVarint(9).build())
                .build();
        for (Message message : samples.ofEveryType()) {
            Frame.Builder frame = Frame.parseFrom(MessageCodec.encode(message)).toBuilder().setUnknownFields(unknown);
            frame.getAllFields().forEach((field, body) -> frame.setField(field,
                    ((com.google.protobuf.Message) body).toBuilder().setUnknownFields(unknown).build()));
            assertThat(MessageCodec.decode(frame.build().toByteArray())).as("seed %d", SEED).isEqualTo(message);
        }
    }

    @Test
    void textOfAFailure_becomesOneBoundedLine() {
        String hostile = "first\n2026-01-01 WARN forged\u001b[31m" + "x".repeat(5_000);
        var failure = (Message.Failure) MessageCodec.decode(
                MessageCodec.encode(new Message.Failure(ErrorCode.INTERNAL, hostile, Duration.ZERO)));
        assertThat(failure.message()).startsWith("first 2026").hasSize(Limits.TEXT_CHARS).doesNotContain("\n", "\u001b");
        var silent = (Message.Failure) MessageCodec.decode(
                MessageCodec.encode(new Message.Failure(ErrorCode.INTERNAL, null, Duration.ofDays(400))));
        assertThat(silent).isEqualTo(new Message.Failure(ErrorCode.INTERNAL, "", Duration.ofDays(1)));
    }

    @Test
    void recordThatFitsNoFrame_isNamed() {
        String noise = noise(11 << 20);
        List<Object> values = new ArrayList<>(samples.content(Kind.EPISODES, 5).values());
        values.set(Kind.EPISODES.indexOf("input"), noise);
        Revision record = new Revision(Kind.EPISODES, samples.revision(Kind.EPISODES).id(), samples.version(),
                new Content(values));
        for (Message message : List.of(new Message.Batch(Kind.EPISODES, List.of(record), null),
                new Message.BatchAck(0, 0, 0, List.of(record), false),
                new Message.Batch(Kind.EPISODES, Collections.nCopies(5, record), null),
                new Message.Batch(Kind.EPISODES, Collections.nCopies(Limits.BATCH_RECORDS + 1, record), null))) {
            assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> MessageCodec.encode(message))
                    .withMessageContaining("episodes").withMessageContaining(record.id().toString())
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE));
        }
    }

    @Test
    void recordOfFourMebibytes_theMostThatTheDatabaseAdmits_fits() {
        List<Object> values = new ArrayList<>(samples.content(Kind.EPISODES, 5).values());
        values.set(Kind.EPISODES.indexOf("input"), noise(2 << 20));
        values.set(Kind.EPISODES.indexOf("tags"), Collections.nCopies(500_000, "t"));
        Revision record = new Revision(Kind.EPISODES, samples.revision(Kind.EPISODES).id(), samples.version(),
                new Content(values));
        assertThat(sent(record)).isEqualTo(record);
    }

    /** Text that does not compress. */
    private String noise(int length) {
        byte[] letters = new byte[length];
        samples.random().nextBytes(letters);
        for (int i = 0; i < length; i++) {
            letters[i] = (byte) (' ' + (letters[i] & 0x7f) % 95);
        }
        return new String(letters, StandardCharsets.US_ASCII);
    }

    private static Revision sent(Revision revision) {
        byte[] body = MessageCodec.encode(new Message.Batch(revision.kind(), Arrays.asList(revision), null));
        return ((Message.Batch) MessageCodec.decode(body)).records().get(0);
    }
}
