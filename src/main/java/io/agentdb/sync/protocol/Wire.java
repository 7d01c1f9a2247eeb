package io.agentdb.sync.protocol;

import com.google.protobuf.ByteString;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Collectors;

/** Single values between Java and protobuf; what a peer sent is checked on the way. Stateless. */
final class Wire {

    private static final int UUID_BYTES = 16;
    private static final long FIRST_MICROS = micros(Instant.parse("0001-01-01T00:00:00Z"));
    private static final long LAST_MICROS = micros(Instant.parse("9999-12-31T23:59:59.999999Z"));

    private Wire() {
    }

    static ProtocolException violation(String what) {
        return new ProtocolException(ErrorCode.PROTOCOL_VIOLATION, line(what));
    }

    static ByteString bytes(UUID id) {
        ByteBuffer buffer = ByteBuffer.allocate(UUID_BYTES);
        buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).flip();
        return ByteString.copyFrom(buffer);
    }

    static UUID uuid(String field, ByteString bytes) {
        if (bytes.size() != UUID_BYTES) {
            throw violation(field + " has " + bytes.size() + " bytes, not " + UUID_BYTES);
        }
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    /** Microseconds since 1970; what is finer is cut off towards the past. */
    static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
    }

    /** As {@link #micros(Instant)}, of a time that every peer accepts. */
    static long micros(String field, Instant instant) {
        if (instant.getEpochSecond() < Math.floorDiv(FIRST_MICROS, 1_000_000L)
                || instant.getEpochSecond() > Math.floorDiv(LAST_MICROS, 1_000_000L)) {
            throw violation(field + " is outside of the years 0001 to 9999");
        }
        return micros(instant);
    }

    static Instant instant(String field, long micros) {
        if (micros < FIRST_MICROS || micros > LAST_MICROS) {
            throw violation(field + " is outside of the years 0001 to 9999");
        }
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
    }

    static double finite(String field, double value) {
        if (!Double.isFinite(value)) {
            throw violation(field + " is " + value + ", not finite");
        }
        return value;
    }

    static Actor actor(String field, String name) {
        try {
            return new Actor(name);
        } catch (IllegalArgumentException e) {
            throw violation(field + ": " + e.getMessage());
        }
    }

    /** A count, which the wire could state as more than {@code most} or, as Java reads it, below zero. */
    static int count(String field, int value, int most) {
        if (value < 0 || value > most) {
            throw violation(field + " is " + Integer.toUnsignedString(value) + ", more than " + most);
        }
        return value;
    }

    static Kind kind(String field, String name, ErrorCode otherwise) {
        return Kind.named(name).orElseThrow(() -> new ProtocolException(otherwise,
                field + " is not a known kind: " + line(name) + " (known: "
                        + Kind.ALL.stream().map(Kind::name).collect(Collectors.joining(", ")) + ")"));
    }

    /** A short text that is shown and logged: over-long ones and control characters are refused. */
    static String label(String field, String text) {
        if (text.length() > Limits.TEXT_CHARS || text.chars().anyMatch(Character::isISOControl)) {
            throw violation(field + " is longer than " + Limits.TEXT_CHARS + " characters or holds control characters");
        }
        return text;
    }

    /** One line of bounded length; otherwise a peer's text could forge lines of our log, or flood it. Null becomes empty. */
    static String line(String text) {
        if (text == null) {
            return "";
        }
        String cut = text.length() <= Limits.TEXT_CHARS ? text : text.substring(0, Limits.TEXT_CHARS - 1) + "…";
        return cut.chars().noneMatch(Character::isISOControl) ? cut : cut.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", " ");
    }
}
