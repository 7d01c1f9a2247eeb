package io.agentdb.sync.memory;

import io.agentdb.sync.postgres.BinaryFormat;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * A record's fields as PostgreSQL reads and writes them in binary: of each column a length of four bytes, -1 for an
 * absent field, and the value. So they pass from one database to the other; a field is decoded when somebody asks for
 * it, which of most records nobody does. Immutable, thread-safe.
 */
public final class BinaryRow extends AbstractList<@Nullable Object> implements RandomAccess {

    private static final int ABSENT = -1;
    /** The years that a record may name. */
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private final Kind kind;
    private final ByteBuffer fields;
    /** Where each value begins, behind its length. */
    private final int[] starts;

    private BinaryRow(Kind kind, byte[] fields) {
        this.kind = kind;
        this.fields = ByteBuffer.wrap(fields);
        this.starts = new int[kind.columns().size()];
    }

    /** The fields that the database has sent of a row ({@code record_send}): each stands behind its type's number. */
    public static BinaryRow sent(Kind kind, byte[] record) {
        ByteBuffer in = ByteBuffer.wrap(record);
        int columns = in.getInt();
        byte[] fields = new byte[record.length - Integer.BYTES * (columns + 1)];
        BinaryRow row = new BinaryRow(kind, fields);
        int end = 0;
        for (int i = 0; i < columns; i++) {
            int from = in.position() + Integer.BYTES;
            int taken = Integer.BYTES + Math.max(0, in.getInt(from));
            System.arraycopy(record, from, fields, end, taken);
            row.starts[i] = end + Integer.BYTES;
            end += taken;
            in.position(from + taken);
        }
        return row;
    }

    /**
     * The fields that a peer says.
     *
     * @throws IllegalArgumentException naming the column, if no record of this kind has such ones
     */
    public static BinaryRow checked(Kind kind, byte[] fields) {
        BinaryRow row = new BinaryRow(kind, fields);
        int end = 0;
        for (int i = 0; i < row.starts.length; i++) {
            row.starts[i] = end + Integer.BYTES;
            int left = fields.length - row.starts[i];
            if (left < 0 || row.length(i) < ABSENT || row.length(i) > left) {
                throw new IllegalArgumentException("the row ends before " + row.name(i));
            }
            row.check(i);
            end = row.starts[i] + Math.max(0, row.length(i));
        }
        if (end != fields.length) {
            throw new IllegalArgumentException("the row has more fields than there are " + kind + " columns");
        }
        return row;
    }

    /** The bytes, which nobody may change. */
    public byte[] fields() {
        return fields.array();
    }

    /** How many texts its lists hold: four bytes are enough for one, which takes tens of them once decoded. */
    public int texts() {
        int texts = 0;
        for (int i = 0; i < starts.length; i++) {
            if (kind.columns().get(i).type() == Column.Type.TEXT_ARRAY && length(i) != ABSENT) {
                texts += BinaryFormat.textCount(fields, starts[i]);
            }
        }
        return texts;
    }

    @Override
    public int size() {
        return starts.length;
    }

    @Override
    public @Nullable Object get(int column) {
        int at = starts[column];
        int length = length(column);
        if (length == ABSENT) {
            return null;
        }
        return switch (kind.columns().get(column).type()) {
            case TEXT -> BinaryFormat.text(fields, at, length);
            case JSON -> BinaryFormat.jsonb(fields, at, length);
            case LONG -> fields.getLong(at);
            case DOUBLE -> fields.getDouble(at);
            case BOOLEAN -> fields.get(at) != 0;
            case UUID -> BinaryFormat.uuid(fields, at);
            case TIMESTAMP -> BinaryFormat.timestamp(fields, at);
            case TEXT_ARRAY -> BinaryFormat.textArray(fields, at);
        };
    }

    private void check(int column) {
        if (length(column) == ABSENT) {
            if (kind.columns().get(column).required()) {
                throw new IllegalArgumentException(name(column) + " is missing");
            }
            return;
        }
        try {
            check(kind.columns().get(column).type(), starts[column], length(column));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name(column) + " " + e.getMessage(), e);
        }
    }

    private void check(Column.Type type, int at, int length) {
        switch (type) {
            case TEXT -> BinaryFormat.checkText(fields, at, length);
            case JSON -> BinaryFormat.checkJsonb(fields, at, length);
            case LONG -> BinaryFormat.checkLength(length, Long.BYTES);
            case DOUBLE -> {
                BinaryFormat.checkLength(length, Double.BYTES);
                require(Double.isFinite(fields.getDouble(at)), "is not a finite number");
            }
            case BOOLEAN -> BinaryFormat.checkBoolean(fields, at, length);
            case UUID -> BinaryFormat.checkLength(length, 2 * Long.BYTES);
            case TIMESTAMP -> {
                BinaryFormat.checkLength(length, Long.BYTES);
                Instant time = BinaryFormat.timestamp(fields, at);
                require(!time.isBefore(FIRST) && !time.isAfter(LAST), "lies outside the years 1 to 9999");
            }
            case TEXT_ARRAY -> BinaryFormat.checkTextArray(fields, at, length);
            default -> throw new IllegalStateException("unforeseen type " + type);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private int length(int column) {
        return fields.getInt(starts[column] - Integer.BYTES);
    }

    private String name(int column) {
        return kind + "." + kind.columns().get(column).name();
    }
}
