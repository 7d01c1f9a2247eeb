package io.agentdb.sync.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RevisionJsonTest {

    private static final String[] TEXTS = {"", "a", "nul \u0000 in it", "\"quoted\\ \n\t\u0007", "Ümläut 🦊 \uFFFF",
            "{\"a\": 1}", "[not json",
        "null", "x".repeat(70_000)};
    private static final Long[] LONGS = {0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53 | 1};
    private static final Double[] DOUBLES = {0.0, -0.0, 0.1, -1.5, 1e23, 0.1 + 0.2, Double.MIN_VALUE, Double.MAX_VALUE,
            1.0 / 3, 9007199254740993.0};
    private static final Instant[] TIMES = {Instant.EPOCH, Instant.parse("0001-01-01T00:00:00Z"),
            Instant.parse("9999-12-31T23:59:59.999999Z"),
        Instant.parse("2026-02-03T04:05:06.000001Z")};

    static Stream<Kind> kinds() {
        return Kind.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whateverIsWritten_isReadBackExactly(Kind kind) {
        Random random = new Random(42);
        for (int i = 0; i < 300; i++) {
            Revision revision = revision(kind, random);
            assertThat(RevisionJson.parse(kind, RevisionJson.of(revision))).isEqualTo(revision);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void edgesOfEachType_areReadBackExactly(Kind kind) {
        for (int column = 0; column < kind.columns().size(); column++) {
            for (Object value : values(kind.columns().get(column).type())) {
                List<Object> values = new ArrayList<>(java.util.Collections.nCopies(kind.columns().size(), null));
                values.set(column, value);
                Revision revision = new Revision(kind, UUID.randomUUID(), version(new Random(column)),
                        new Content(values));
                assertThat(RevisionJson.parse(kind, RevisionJson.of(revision))).isEqualTo(revision);
            }
        }
    }

    @Test
    void whatIsNoVersion_isRefusedWithItsKind() {
        for (String json : new String[] {"", "[]", "{}", "{\"id\": 7",
                "{\"id\": \"x\", \"actor\": \"a.aaaaaaaa\", \"counter\": 1, \"xid\": 1}"}) {
            assertThatThrownBy(() -> RevisionJson.parse(Kind.SKILLS, json)).as(json)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Revision revision(Kind kind, Random random) {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        if (random.nextInt(5) == 0) {
            return new Revision(kind, id, version(random), null);
        }
        List<Object> values = new ArrayList<>();
        for (Column column : kind.columns()) {
            Object[] candidates = values(column.type());
            values.add(random.nextInt(4) == 0 ? null : candidates[random.nextInt(candidates.length)]);
        }
        History history = History.of(random.nextBoolean() ? null : "{\"\":7,\"metadata/a\\u0000b\":9007199254740993}",
                random.nextBoolean() ? null
                        : "{\"a.aaaaaaaa\":{\"n\":1,\"uses\":0.1000000000000000055511151231257827}}");
        return new Revision(kind, id, version(random), new Content(values), history);
    }

    private static Version version(Random random) {
        Dot dot = new Dot(new Actor("n" + random.nextInt(9) + ".abcdefgh"), 1 + random.nextInt(1000),
                1 + (random.nextLong() >>> 2));
        VersionVector context = VersionVector.of(dot);
        for (int i = random.nextInt(3); i > 0; i--) {
            context = context.join(VersionVector.of(new Dot(
                    new Actor("m" + i + ".bcdefghi"), 1 + (random.nextLong() >>> 2), 1)));
        }
        return new Version(dot, context, random.nextLong() >>> 2, random.nextBoolean());
    }

    private static Object[] values(Column.Type type) {
        return switch (type) {
            case TEXT, JSON -> TEXTS;
            case LONG -> LONGS;
            case DOUBLE -> DOUBLES;
            case BOOLEAN -> new Object[] {true, false};
            case TIMESTAMP -> TIMES;
            case UUID -> new Object[] {new UUID(0, 0), new UUID(-1, -1),
                    UUID.fromString("6f1c1f0e-5d0b-5c1e-9a53-0a6b1d5c7e01")};
            case TEXT_ARRAY -> IntStream.range(0, 3).mapToObj(length -> List.of(TEXTS).subList(1, 1 + length))
                    .toArray();
        };
    }
}
