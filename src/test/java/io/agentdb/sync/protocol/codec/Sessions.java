package io.agentdb.sync.protocol.codec;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.replica.digest.IdRange;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.NodeId;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a client says on a stream in docs/protocol.md's conversations, as the frames that the product's own client would
 * send. The same few records come again and again, in versions that follow one another, are known, or are concurrent.
 */
public final class Sessions {

    private static final int RECORDS = 20;
    private static final long THEN = Hlc.at(Instant.parse("2025-01-01T00:00:00Z"));
    private static final List<Actor> WRITERS = Stream.of("wild.aaaaaaaa", "wild.bbbbbbbb", "tame.aaaaaaaa")
            .map(Actor::new).toList();

    private final RandomGenerator random;
    private final Samples some;
    private final Actor server;

    /** @param server whom the client talks to, as its welcome says */
    public Sessions(RandomGenerator random, Actor server) {
        this.random = random;
        this.some = new Samples(random);
        this.server = server;
    }

    /** On the control stream. */
    public static byte[] hello(String nodeId) {
        return MessageCodec.encode(new Message.Hello(
                Limits.VERSION, new NodeId(nodeId), new Actor(nodeId + ".aaaaaaaa"), List.of("zstd"), "",
                Instant.parse("2025-01-01T00:00:00Z"), "wild"));
    }

    /** Frames of one conversation, without the lengths before them. */
    public List<byte[]> any() {
        List<Message> said = switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> push();
            case 4, 5 -> pull();
            case 6 -> claim();
            case 7, 8 -> verify();
            default -> List.of(new Message.Ping(random.nextLong()));
        };
        return said.stream().map(MessageCodec::encode).toList();
    }

    private List<Message> push() {
        List<Message> said = new ArrayList<>();
        said.add(new Message.PushRequest(Kind.ALL, Selection.ALL));
        for (int batches = random.nextInt(4); batches > 0; batches--) {
            said.add(batch(kind(), random.nextBoolean() ? Optional.of(some.cursor()) : Optional.empty()));
        }
        said.add(new Message.PushEnd(knowledge()));
        return said;
    }

    private List<Message> pull() {
        Map<Kind, Cursor> from = new LinkedHashMap<>();
        Kind.ALL.stream().filter(kind -> random.nextBoolean()).forEach(kind ->
                from.put(kind, random.nextInt(3) == 0 ? some.cursor()
                        : new Cursor(server, random.nextInt(500), some.uuid())));
        if (from.isEmpty()) {
            // A request that names no kinds is refused.
            from.put(kind(), Cursor.start(server));
        }
        return List.of(new Message.PullRequest(from, random.nextBoolean() ? Selection.ALL : some.selection(),
                random.nextInt(50), knowledge(), random.nextBoolean() ? List.of() : List.of(kind())));
    }

    private List<Message> claim() {
        Kind kind = kind();
        List<Claim> claims = IntStream.range(0, random.nextInt(5)).mapToObj(i -> record(kind))
                .map(record -> new Claim(record.id(), record.version().dot())).toList();
        return List.of(new Message.ClaimRequest(List.of(kind)), new Message.Claims(kind, claims),
                new Message.ClaimEnd());
    }

    private List<Message> verify() {
        Kind kind = kind();
        List<IdRange> ranges = some.ranges();
        List<UUID> ids = IntStream.range(0, random.nextInt(5)).mapToObj(i -> record(kind).id()).toList();
        return List.of(new Message.VerifyRequest(kind), new Message.DigestQuery(ranges), new Message.ItemsQuery(ranges),
                new Message.FetchQuery(ids), batch(kind, Optional.empty()), new Message.VerifyEnd());
    }

    private Message.Batch batch(Kind kind, Optional<Cursor> next) {
        return new Message.Batch(kind, IntStream.range(0, random.nextInt(4)).mapToObj(i ->
                // Now and then what the database does not take.
                random.nextInt(20) == 0 ? some.revision(kind) : record(kind)).toList(), next);
    }

    private Revision record(Kind kind) {
        int which = random.nextInt(RECORDS);
        Content content = some.content(kind, random.nextBoolean());
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < kind.columns().size(); i++) {
            values.add(sound(kind.columns().get(i), content.get(i)));
        }
        UUID id = new UUID(0x0190_0000_0000_7000L, which);
        if (kind == Kind.SKILLS) {
            values.set(kind.indexOf("name"), "wild " + which);
        } else if (kind == Kind.EDGES) {
            values.set(kind.indexOf("from_id"), Identity.skill("wild " + which));
            values.set(kind.indexOf("to_id"), Identity.skill("wild " + random.nextInt(3)));
        }
        Content sound = new Content(values);
        return new Revision(kind, kind.identityOf(sound).orElse(id), version(), random.nextInt(8) == 0 ? null : sound);
    }

    private static Object sound(Column column, Object value) {
        return switch (column.type()) {
            case TEXT -> value == null ? null : "x" + ((String) value).replace("\u0000", "");
            case JSON -> value == null ? null : "{\"a\": 1}";
            case LONG -> value == null ? null : (Long) value >>> 40;
            case TEXT_ARRAY -> value == null ? null : ((List<?>) value).stream()
                    .map(text -> ((String) text).replace("\u0000", "")).toList();
            default -> value;
        };
    }

    private Version version() {
        Actor writer = WRITERS.get(random.nextInt(WRITERS.size()));
        Map<Actor, Long> seen = new LinkedHashMap<>();
        WRITERS.stream().filter(other -> random.nextBoolean())
                .forEach(other -> seen.put(other, random.nextLong(1, 1_000_000)));
        seen.put(writer, random.nextLong(1, 1_000_000));
        return new Version(new Dot(writer, seen.get(writer), random.nextLong(1, 1_000_000)), VersionVector.of(seen),
                THEN + random.nextLong(1L << 40), random.nextInt(8) == 0);
    }

    private Map<Kind, Knowledge> knowledge() {
        return random.nextBoolean() ? Map.of() : Map.of(
                kind(), Knowledge.of(Map.of(WRITERS.get(0), random.nextLong(1_000), server, 1L)));
    }

    private Kind kind() {
        return Kind.ALL.get(random.nextInt(Kind.ALL.size()));
    }
}
