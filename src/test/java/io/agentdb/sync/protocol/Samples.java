package io.agentdb.sync.protocol;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.Cursor;
import io.agentdb.sync.replica.Revision;
import io.agentdb.sync.replica.Selection;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/** Random valid messages; the same seed gives the same ones. */
final class Samples {

    private static final String[] LETTERS = {"a", "Z", "7", " ", "é", "漢", "😀", "\"", "\\"};
    private static final long YEAR_1 = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z").getEpochSecond();

    private final RandomGenerator random;

    Samples(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** One message of each type. */
    List<Message> ofEveryType() {
        return List.of(
                new Message.Hello(1, "node-a", actor("node-a"), List.of(text(9), text(0)), text(40), instant(), text(9)),
                new Message.Welcome(1, "node-b", actor("node-b"), List.of(), instant(), text(20)),
                new Message.Ping(random.nextLong()), new Message.Pong(random.nextLong()),
                new Message.GoAway(text(30)),
                new Message.Failure(pick(ErrorCode.values()), text(30), Duration.ofMillis(random.nextInt(100_000))),
                new Message.PullRequest(cursors(), selection(), random.nextInt(Limits.BATCH_RECORDS + 1)),
                new Message.PullStart(totals()), batch(), new Message.PullEnd(cursors()),
                new Message.PushRequest(kinds(), selection()), new Message.PushReady(cursors()),
                new Message.BatchAck(random.nextInt(100), random.nextInt(100), random.nextInt(100),
                        revisions(pick(Kind.ALL), random.nextInt(5)), random.nextBoolean()),
                new Message.PushEnd(), new Message.PushDone());
    }

    Message.Batch batch() {
        Kind kind = pick(Kind.ALL);
        return new Message.Batch(kind, revisions(kind, random.nextInt(20)), random.nextBoolean() ? cursor() : null);
    }

    List<Revision> revisions(Kind kind, int count) {
        return IntStream.range(0, count).mapToObj(i -> revision(kind)).toList();
    }

    Revision revision(Kind kind) {
        return new Revision(kind, id(), version(), random.nextInt(4) == 0 ? null : content(kind, 30));
    }

    Version version() {
        Dot dot = new Dot(actor("node-" + random.nextInt(3)), random.nextLong(1, 1L << 40), random.nextLong(1, 1L << 50));
        VersionVector context = VersionVector.of(dot);
        for (int i = random.nextInt(4); i > 0; i--) {
            context = context.with(new Dot(actor("peer-" + i), random.nextLong(1, Long.MAX_VALUE), 1));
        }
        return new Version(dot, context, random.nextLong(1L << 60));
    }

    Content content(Kind kind, int length) {
        List<Object> values = new ArrayList<>();
        for (Column column : kind.columns()) {
            values.add(column.required() || random.nextInt(3) > 0 ? value(column.type(), length) : null);
        }
        return new Content(values);
    }

    /** An episode of about that many bytes, in words that compress as prose does. */
    Revision episode(int bytes) {
        StringBuilder prose = new StringBuilder();
        while (prose.length() < bytes - 150) {
            prose.append(Long.toString(random.nextLong(1, 2000) * 7_919, 36)).append(' ');
        }
        int half = prose.length() / 2;
        Instant now = Instant.parse("2026-01-02T03:04:05.678901Z").plusMillis(random.nextInt(1_000_000));
        return new Revision(Kind.EPISODES, id(), version(), Content.of(now, "session-" + random.nextInt(50), "plan",
                prose.substring(0, half), prose.substring(half), null, random.nextDouble(), true, 812L, 1204L,
                List.of("planning", "rust"), "{\"model\":\"m\"}", now));
    }

    RandomGenerator random() {
        return random;
    }

    private Object value(Column.Type type, int length) {
        return switch (type) {
            case TEXT -> text(length);
            case JSON -> "{\"k\":\"" + random.nextLong() + "\"}";
            case LONG -> random.nextLong();
            case DOUBLE -> random.nextDouble(-1e9, 1e9);
            case BOOLEAN -> random.nextBoolean();
            case TIMESTAMP -> instant();
            case UUID -> id();
            case TEXT_ARRAY -> IntStream.range(0, random.nextInt(4)).mapToObj(i -> text(6)).toList();
        };
    }

    private Selection selection() {
        if (random.nextBoolean()) {
            return Selection.ALL;
        }
        return new Selection(maybe(this::instant), maybe(() -> text(5)), maybe(random::nextBoolean),
                maybe(random::nextDouble), List.of(text(4)), maybe(() -> text(5)));
    }

    private Map<Kind, Cursor> cursors() {
        Map<Kind, Cursor> cursors = new LinkedHashMap<>();
        kinds().forEach(kind -> cursors.put(kind, cursor()));
        return cursors;
    }

    private Map<Kind, Long> totals() {
        Map<Kind, Long> totals = new LinkedHashMap<>();
        kinds().forEach(kind -> totals.put(kind, random.nextLong(1L << 40)));
        return totals;
    }

    private List<Kind> kinds() {
        return Kind.ALL.stream().filter(kind -> random.nextBoolean()).toList();
    }

    Cursor cursor() {
        return random.nextBoolean() ? Cursor.start(actor("node-c")) : new Cursor(actor("node-c"), random.nextLong(1L << 50), id());
    }

    private UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private Actor actor(String node) {
        return new Actor(node + ".abcdefg" + "2345abc".charAt(random.nextInt(7)));
    }

    /** Of any year that a peer accepts, before 1970 too, and of a whole number of microseconds. */
    private Instant instant() {
        return Instant.ofEpochSecond(random.nextLong(YEAR_1, YEAR_10000), random.nextInt(1_000_000) * 1000L);
    }

    private String text(int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(pick(LETTERS));
        }
        return text.toString();
    }

    private <T> T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    @SafeVarargs
    private <T> T pick(T... from) {
        return from[random.nextInt(from.length)];
    }
}
