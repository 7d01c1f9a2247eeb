package io.agentdb.sync.protocol.codec;

import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.admission.PlainText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.memory.BinaryRows;
import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.replica.digest.IdRange;
import io.agentdb.sync.replica.digest.RangeDigest;
import io.agentdb.sync.replica.digest.RecordDigest;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Revision;
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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Random values of everything that travels, from a generator that the test seeds. */
public final class Samples {

    private static final String[] WORDS = {"", "a", "naïve", "日本", "🙂", "\u0000", "tab\there", "{\"k\": [1, 2]}",
            "x".repeat(300)};

    private final RandomGenerator random;

    public Samples(RandomGenerator random) {
        this.random = random;
    }

    public Kept embedding() {
        float[] vector = new float[random.nextInt(1, 400)];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        byte[] digest = new byte[Embedding.DIGEST_BYTES];
        random.nextBytes(digest);
        return new Kept(uuid(), new Embedding(random.nextBoolean() ? EmbeddingModel.MINILM
                : EmbeddingModel.unknown(digest), digest, vector));
    }

    public Revision revision(Kind kind) {
        return random.nextInt(5) == 0 ? new Revision(kind, uuid(), version(), null)
                : updated(new Revision(kind, uuid(), version(), random.nextBoolean()
                ? content(kind, random.nextBoolean())
                : new Content(BinaryRows.of(kind, storable(kind).values()))));
    }

    /** Fields that PostgreSQL can hold. */
    public Content storable(Kind kind) {
        List<Object> values = new ArrayList<>(content(kind, random.nextBoolean()).values());
        values.replaceAll(value -> value instanceof String text ? text.replace("\0", "\1")
                : value instanceof List<?> texts
                ? texts.stream().map(text -> ((String) text).replace("\0", "\1")).toList() : value);
        return new Content(values);
    }

    /** Some have been updated before, and then have a history. */
    private Revision updated(Revision revision) {
        if (random.nextBoolean()) {
            return revision;
        }
        String times = "{\"\": " + random.nextLong(revision.version().hlc() + 1) + ", \"code\": 0}";
        String tallies = "{\"a.aaaaaaaa\": {\"n\": 3, \"uses\": 12, \"success_rate\": [6.5, 12], \"avg_reward\": [0,"
                + " 0], " + "\"avg_latency_ms\": [-1, 12]}}";
        return new Revision(revision.kind(), revision.id(), revision.version(), revision.content(),
                History.of(times, revision.kind() == Kind.SKILLS ? tallies : null));
    }

    /**
     * One of every message, at least.
     *
     * @param records how many a batch has, at most
     */
    List<Message> messages(int records) {
        Kind kind = Kind.ALL.get(random.nextInt(Kind.ALL.size()));
        List<Revision> revisions = revisions(kind, random.nextInt(records + 1));
        Actor actor = actor();
        Map<Kind, Long> totals = new LinkedHashMap<>(Map.of(Kind.EPISODES, random.nextLong(Long.MAX_VALUE)));
        totals.put(Kind.EDGES, 0L);
        return List.of(
                new Message.Hello(1, actor.nodeId(), actor, List.of("zstd", text()), text(), instant(), words()),
                new Message.Join(1, text(), actor.nodeId(), instant(), text(), text(), List.of(text()), words()),
                new Message.Joined(actor.nodeId(), words(), text(), instant(), random.nextBoolean()),
                new Message.NotJoined(words(), words(), instant()),
                new Message.Welcome(1, actor.nodeId(), actor, List.of(), instant(), words(),
                        new Permissions(Set.of(kind), Set.of(Kind.EDGES))),
                new Message.Ping(random.nextLong()), new Message.Pong(
                random.nextLong(), random.nextBoolean() ? null : instant()), new Message.GoAway(words()),
                new Message.Failure(ErrorCode.RATE_LIMITED, words(), Duration.ofMillis(random.nextInt(3_600_000))),
                new Message.PullRequest(cursors(), selection(), random.nextInt(Limits.BATCH_RECORDS)),
                new Message.PullRequest(cursors(), selection(), 0, knowledge(), List.of(Kind.SKILLS)),
                new Message.PullStart(totals), new Message.PullStart(Map.of(), List.of(Kind.EDGES)),
                new Message.Batch(kind, revisions, random.nextBoolean() ? Optional.of(cursor()) : Optional.empty(),
                        random.nextBoolean() ? List.of() : List.of(embedding(), embedding())),
                new Message.PullEnd(cursors(), knowledge(), Duration.ofMillis(random.nextInt(1_000_000))),
                new Message.PushRequest(List.of(Kind.SKILLS, Kind.EPISODES), selection()),
                new Message.PushReady(cursors(), knowledge(), random.nextLong(Long.MAX_VALUE)),
                new Message.BatchAck(1, 2, 3, revisions, random.nextBoolean()),
                new Message.PushEnd(knowledge()), new Message.PushDone(), new Message.ClaimRequest(List.of(kind)),
                new Message.ClaimReady(knowledge()), new Message.Claims(kind, claims()), new Message.ClaimEnd(),
                new Message.ClaimDone(random.nextInt(Integer.MAX_VALUE)), new Message.VerifyRequest(kind),
                new Message.DigestQuery(ranges()), new Message.DigestAnswer(digests()),
                new Message.ItemsQuery(ranges()), new Message.ItemsAnswer(items(), random.nextBoolean()),
                new Message.FetchQuery(List.of(uuid(), uuid())), new Message.FetchEnd(), new Message.VerifyEnd());
    }

    Map<Kind, Knowledge> knowledge() {
        Map<Kind, Knowledge> knowledge = new LinkedHashMap<>();
        Kind.ALL.stream().filter(kind -> random.nextBoolean()).forEach(kind -> knowledge.put(kind,
                Knowledge.of(Map.of(actor(), random.nextLong(Long.MAX_VALUE), new Actor("x.aaaaaaaa"), 0L))));
        return knowledge;
    }

    List<Claim> claims() {
        return IntStream.range(0, random.nextInt(5)).mapToObj(i -> new Claim(uuid(), version().dot())).toList();
    }

    List<IdRange> ranges() {
        List<UUID> ids = Stream.generate(this::uuid).limit(2L * random.nextInt(5)).sorted(IdRange.ORDER).toList();
        List<IdRange> ranges = new ArrayList<>();
        for (int i = 0; i < ids.size(); i += 2) {
            ranges.add(new IdRange(ids.get(i), i == ids.size() - 2 && random.nextBoolean() ? null : ids.get(i + 1)));
        }
        return ranges;
    }

    List<RangeDigest> digests() {
        return IntStream.range(0, random.nextInt(5)).mapToObj(
                i -> new RangeDigest(random.nextLong(Long.MAX_VALUE), md5())).toList();
    }

    List<RecordDigest> items() {
        return claims().stream().map(claim -> new RecordDigest(claim.id(), claim.dot().write(), md5())).toList();
    }

    private String md5() {
        return uuid().toString().replace("-", "");
    }

    /** An episode with about so many bytes of poorly compressible text. */
    public Revision episode(int bytes) {
        List<Object> values = new ArrayList<>(content(Kind.EPISODES, false).values());
        StringBuilder text = new StringBuilder(bytes);
        while (text.length() < bytes) {
            text.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36)).append(' ');
        }
        values.set(Kind.EPISODES.indexOf("task"), text.toString());
        return new Revision(Kind.EPISODES, uuid(), version(), new Content(values));
    }

    public List<Revision> revisions(Kind kind, int count) {
        return IntStream.range(0, count).mapToObj(i -> revision(kind)).toList();
    }

    Content content(Kind kind, boolean full) {
        List<Object> values = new ArrayList<>();
        for (Column column : kind.columns()) {
            values.add(column.required() || full || random.nextBoolean() ? value(column.type()) : null);
        }
        return new Content(values);
    }

    Version version() {
        Map<Actor, Long> context = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            context.put(actor(), random.nextLong(1, Long.MAX_VALUE));
        }
        Actor self = context.keySet().iterator().next();
        return new Version(new Dot(self, random.nextLong(1, context.get(self) + 1), random.nextLong(1, Long.MAX_VALUE)),
                VersionVector.of(context), random.nextLong(Long.MAX_VALUE / 2), random.nextBoolean());
    }

    Cursor cursor() {
        return new Cursor(actor(), random.nextLong(Long.MAX_VALUE), uuid());
    }

    Map<Kind, Cursor> cursors() {
        Map<Kind, Cursor> cursors = new LinkedHashMap<>();
        Kind.ALL.stream().filter(kind -> random.nextBoolean()).forEach(kind -> cursors.put(kind, cursor()));
        return cursors;
    }

    Selection selection() {
        return new Selection(random.nextBoolean() ? instant() : null, random.nextBoolean() ? storable() : null,
                random.nextBoolean() ? random.nextBoolean() : null, random.nextBoolean() ? random.nextDouble() : null,
                random.nextBoolean() ? List.of(storable(), storable()) : List.of(),
                        random.nextBoolean() ? storable() : null);
    }

    private String storable() {
        return text().replace("\0", "");
    }

    Actor actor() {
        String letters = "abcdefghijklmnopqrstuvwxyz234567";
        StringBuilder name = new StringBuilder("node-").append(random.nextInt(100)).append('.');
        random.ints(8, 0, letters.length()).forEach(i -> name.append(letters.charAt(i)));
        return new Actor(name.toString());
    }

    UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    Instant instant() {
        return Instant.ofEpochSecond(random.nextLong(-62_135_596_800L, 253_402_300_800L),
                random.nextInt(1_000_000) * 1_000L);
    }

    /** For people: what would forge a line of a log is not read. */
    private String words() {
        return PlainText.of(text(), Limits.TEXT_CHARACTERS);
    }

    String text() {
        return WORDS[random.nextInt(WORDS.length)] + WORDS[random.nextInt(WORDS.length)];
    }

    private Object value(Column.Type type) {
        return switch (type) {
            case TEXT, JSON -> text();
            case LONG -> random.nextLong();
            case DOUBLE -> random.nextBoolean() ? random.nextDouble() : -0.0;
            case BOOLEAN -> random.nextBoolean();
            case TIMESTAMP -> instant();
            case UUID -> uuid();
            case TEXT_ARRAY -> IntStream.range(0, random.nextInt(4)).mapToObj(i -> text()).toList();
        };
    }
}
