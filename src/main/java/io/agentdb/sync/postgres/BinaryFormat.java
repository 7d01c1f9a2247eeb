package io.agentdb.sync.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Values in PostgreSQL's binary format, as {@link CopyBinary} writes them: read, and checked where a stranger has
 * written them. A value that passes is one that PostgreSQL stores as it is, save for JSON, of which the text alone is
 * looked at. Each method is told where in an array-backed buffer the value stands and, if that varies, how many bytes
 * it takes. Stateless.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, binary format</a>
 */
public final class BinaryFormat {

    private static final int JSONB_VERSION = 1;
    private static final int TEXT_OID = 25;
    /** Dimensions, whether there are nulls, the elements' type; then, if there are any, how many and from where. */
    private static final int EMPTY_ARRAY = 3 * Integer.BYTES;
    private static final int ARRAY_HEADER = EMPTY_ARRAY + 2 * Integer.BYTES;

    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private BinaryFormat() {
    }

    public static String text(ByteBuffer in, int at, int length) {
        return new String(in.array(), in.arrayOffset() + at, length, StandardCharsets.UTF_8);
    }

    public static String jsonb(ByteBuffer in, int at, int length) {
        return text(in, at + 1, length - 1);
    }

    public static UUID uuid(ByteBuffer in, int at) {
        return new UUID(in.getLong(at), in.getLong(at + Long.BYTES));
    }

    public static Instant timestamp(ByteBuffer in, int at) {
        return PostgresTime.instant(in.getLong(at));
    }

    /** How many texts there are in an array of them. */
    public static int textCount(ByteBuffer in, int at) {
        return in.getInt(at) == 0 ? 0 : in.getInt(at + EMPTY_ARRAY);
    }

    public static List<String> textArray(ByteBuffer in, int at) {
        int count = textCount(in, at);
        List<String> texts = new ArrayList<>(count);
        int next = at + ARRAY_HEADER;
        for (int i = 0; i < count; i++) {
            int length = in.getInt(next);
            texts.add(text(in, next + Integer.BYTES, length));
            next += Integer.BYTES + length;
        }
        return List.copyOf(texts);
    }

    /** @throws IllegalArgumentException if a value of a fixed length has another one */
    public static void checkLength(int length, int expected) {
        if (length != expected) {
            throw new IllegalArgumentException("has " + length + " bytes, not " + expected);
        }
    }

    /** @throws IllegalArgumentException if it is not UTF-8, or has a NUL */
    public static void checkText(ByteBuffer in, int at, int length) {
        int end = at + length;
        int i = at;
        // Eight at a time: most of what a record's fields take is text.
        while (i <= end - Long.BYTES && isPlain(in.getLong(i))) {
            i += Long.BYTES;
        }
        boolean ascii = true;
        for (; i < end; i++) {
            byte b = in.get(i);
            if (b == 0) {
                throw new IllegalArgumentException("has a NUL at " + (i - at) + ", which PostgreSQL cannot store");
            }
            ascii &= b > 0;
        }
        if (!ascii) {
            checkUtf8(in, at, length);
        }
    }

    /** @throws IllegalArgumentException if it cannot be JSON at all */
    public static void checkJsonb(ByteBuffer in, int at, int length) {
        if (length < 1 || in.get(at) != JSONB_VERSION) {
            throw new IllegalArgumentException("is no jsonb of version " + JSONB_VERSION);
        }
        checkText(in, at + 1, length - 1);
    }

    /** @throws IllegalArgumentException if it is neither true nor false */
    public static void checkBoolean(ByteBuffer in, int at, int length) {
        checkLength(length, 1);
        if ((in.get(at) & ~1) != 0) {
            throw new IllegalArgumentException("is neither true nor false");
        }
    }

    /** @throws IllegalArgumentException if it is no list of texts, or one of them is none */
    public static void checkTextArray(ByteBuffer in, int at, int length) {
        boolean empty = length == EMPTY_ARRAY;
        if (length != EMPTY_ARRAY && length < ARRAY_HEADER || in.getInt(at) != (empty ? 0 : 1)
                || in.getInt(at + Integer.BYTES) != 0 || in.getInt(at + 2 * Integer.BYTES) != TEXT_OID) {
            throw new IllegalArgumentException("is no array of texts in one dimension and without nulls");
        }
        if (empty) {
            return;
        }
        int count = in.getInt(at + EMPTY_ARRAY);
        if (count < 1 || in.getInt(at + EMPTY_ARRAY + Integer.BYTES) != 1) {
            throw new IllegalArgumentException("is no array that begins at 1");
        }
        int next = at + ARRAY_HEADER;
        int end = at + length;
        for (int i = 0; i < count; i++) {
            int element = end - next < Integer.BYTES ? -1 : in.getInt(next);
            if (element < 0 || element > end - next - Integer.BYTES) {
                throw new IllegalArgumentException("ends within its element " + (i + 1));
            }
            checkText(in, next + Integer.BYTES, element);
            next += Integer.BYTES + element;
        }
        checkLength(length, next - at);
    }

    /** Whether eight bytes are ASCII without a NUL. */
    private static boolean isPlain(long bytes) {
        return (bytes & HIGH_BITS) == 0 && (bytes - LOW_BITS & HIGH_BITS) == 0;
    }

    private static void checkUtf8(ByteBuffer in, int at, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(in.slice(at, length));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("is not UTF-8", e);
        }
    }
}
