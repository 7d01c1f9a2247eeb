package io.agentdb.sync.protocol.codec;

import com.google.protobuf.ByteString;
import io.agentdb.sync.admission.PlainText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.wire.KindCursor;
import io.agentdb.sync.protocol.wire.KindKnowledge;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The small values of the wire. Reading throws a {@link ProtocolException} that names the field. */
final class Wire {

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private Wire() {
    }

    static ProtocolException broken(String message) {
        return broken(ErrorCode.PROTOCOL_VIOLATION, message);
    }

    /** What is wrong may be quoted: it goes into the log, and to the peer, as {@link #said} does. */
    static ProtocolException broken(ErrorCode code, String message) {
        return new ProtocolException(code, said(message));
    }

    static ByteString bytes(UUID id) {
        return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits()).flip());
    }

    static UUID uuid(ByteString bytes, String field) {
        if (bytes.size() != 16) {
            throw broken(field + " has " + bytes.size() + " bytes, not 16");
        }
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    /** By hand: {@code ChronoUnit.MICROS.between} counts nanoseconds, which overflow outside the years 1677 to 2262. */
    static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }

    static Instant instant(long micros, String field) {
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L),
                Math.floorMod(micros, 1_000_000L) * 1_000L);
        if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
            throw broken(field + " lies outside the years 1 to 9999");
        }
        return instant;
    }

    static String text(String text, String field) {
        if (text.length() > Limits.TEXT_CHARACTERS) {
            throw broken(field + " has more than " + Limits.TEXT_CHARACTERS + " characters");
        }
        return text;
    }

    /**
     * What a peer says for people to read: too long is no reason to lose the rest. It would else forge lines of the
     * log.
     */
    static String said(String text) {
        return PlainText.of(text, Limits.TEXT_CHARACTERS);
    }

    static List<String> texts(List<String> texts, String field) {
        if (texts.size() > Limits.LIST_ENTRIES) {
            throw broken(field + " has more than " + Limits.LIST_ENTRIES + " entries");
        }
        texts.forEach(text -> text(text, field));
        return List.copyOf(texts);
    }

    /** Unsigned on the wire, signed in Java. */
    static long count(long number, String field) {
        if (number < 0) {
            throw broken(field + " is not a number of records");
        }
        return number;
    }

    static Double finite(double number, String field) {
        if (!Double.isFinite(number)) {
            throw broken(field + " is not a finite number");
        }
        return number;
    }

    static List<Kind> kinds(List<String> names, String field) {
        if (names.size() > Kind.ALL.size()) {
            throw broken(field + " has more entries than there are kinds");
        }
        return names.stream().map(Wire::kind).distinct().toList();
    }

    static Actor actor(String name, String field) {
        try {
            return new Actor(name);
        } catch (IllegalArgumentException e) {
            throw broken(field + ": " + e.getMessage());
        }
    }

    static NodeId node(String name, String field) {
        try {
            return new NodeId(name);
        } catch (IllegalArgumentException e) {
            throw broken(field + ": " + e.getMessage());
        }
    }

    static Kind kind(String name) {
        return Kind.named(name).orElseThrow(() -> broken(ErrorCode.BAD_REQUEST, "unknown kind '"
                + (name.length() > 40 ? name.substring(0, 40) + "…" : name) + "'; known are " + Kind.ALL));
    }

    static io.agentdb.sync.protocol.wire.Cursor cursor(Cursor cursor) {
        return io.agentdb.sync.protocol.wire.Cursor.newBuilder().setFeed(cursor.feed().name()).setXid(cursor.xid())
                .setId(bytes(cursor.id())).build();
    }

    static Cursor cursor(io.agentdb.sync.protocol.wire.Cursor cursor, String field) {
        if (cursor.getXid() < 0) {
            throw broken(field + ".xid is negative");
        }
        return new Cursor(actor(cursor.getFeed(), field + ".feed"), cursor.getXid(),
                uuid(cursor.getId(), field + ".id"));
    }

    static List<KindCursor> cursors(Map<Kind, Cursor> cursors) {
        return cursors.entrySet().stream().map(entry -> KindCursor.newBuilder().setKind(entry.getKey().name())
                .setCursor(cursor(entry.getValue())).build()).toList();
    }

    static Map<Kind, Cursor> cursors(List<KindCursor> cursors, String field) {
        Map<Kind, Cursor> byKind = new LinkedHashMap<>();
        for (KindCursor cursor : cursors) {
            if (!cursor.hasCursor()) {
                throw broken(field + " has no cursor for " + cursor.getKind());
            }
            if (byKind.put(kind(cursor.getKind()), cursor(cursor.getCursor(), field + ".cursor")) != null) {
                throw broken(field + " names " + cursor.getKind() + " twice");
            }
        }
        return byKind;
    }

    static List<String> names(List<Kind> kinds) {
        return kinds.stream().map(Kind::name).toList();
    }

    static List<KindKnowledge> knowledge(Map<Kind, Knowledge> knowledge) {
        return knowledge.entrySet().stream().map(entry -> {
            KindKnowledge.Builder one = KindKnowledge.newBuilder().setKind(entry.getKey().name());
            entry.getValue().below().forEach((actor, fence) -> one.putBelow(actor.name(), fence));
            return one.build();
        }).toList();
    }

    static Map<Kind, Knowledge> knowledge(List<KindKnowledge> knowledge, String field) {
        Map<Kind, Knowledge> byKind = new LinkedHashMap<>();
        for (KindKnowledge one : knowledge) {
            Map<Actor, Long> below = new HashMap<>();
            one.getBelowMap().forEach((actor, fence) -> {
                if (fence < 0) {
                    throw broken(field + " has a negative transaction for " + actor);
                }
                below.put(actor(actor, field), fence);
            });
            if (byKind.put(kind(one.getKind()), Knowledge.of(below)) != null) {
                throw broken(field + " names " + one.getKind() + " twice");
            }
        }
        return byKind;
    }

    static io.agentdb.sync.protocol.wire.Selection selection(Selection selection) {
        var wire = io.agentdb.sync.protocol.wire.Selection.newBuilder().addAllTags(selection.tags());
        if (selection.since() != null) {
            wire.setSinceMicros(micros(selection.since()));
        }
        if (selection.sessionId() != null) {
            wire.setSessionId(selection.sessionId());
        }
        if (selection.success() != null) {
            wire.setSuccess(selection.success());
        }
        if (selection.minReward() != null) {
            wire.setMinReward(selection.minReward());
        }
        if (selection.skillName() != null) {
            wire.setSkillName(selection.skillName());
        }
        return wire.build();
    }

    static Selection selection(io.agentdb.sync.protocol.wire.Selection wire) {
        try {
            return new Selection(wire.hasSinceMicros() ? instant(wire.getSinceMicros(), "selection.since_micros")
                    : null, wire.hasSessionId() ? text(wire.getSessionId(), "selection.session_id") : null,
                    wire.hasSuccess() ? wire.getSuccess() : null,
                    wire.hasMinReward() ? finite(wire.getMinReward(), "selection.min_reward") : null,
                    texts(wire.getTagsList(), "selection.tags"),
                    wire.hasSkillName() ? text(wire.getSkillName(), "selection.skill_name") : null);
        } catch (IllegalArgumentException e) {
            throw broken("selection: " + e.getMessage());
        }
    }
}
