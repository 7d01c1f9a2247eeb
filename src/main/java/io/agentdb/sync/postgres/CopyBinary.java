package io.agentdb.sync.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Streams rows into PostgreSQL by {@code COPY … FROM STDIN (FORMAT binary)}.
 *
 * <p>One thread at a time; every method may block on the connection. A value that PostgreSQL could not store as it is
 * (a NUL, half a surrogate pair, an instant outside of its range) is refused with an {@link IllegalArgumentException}
 * before any byte of it is sent: otherwise one bad value would be altered silently or would fail the batch around it.
 * {@link #close} without {@link #finish} cancels the copy, and nothing of it is kept; as after any error, PostgreSQL
 * then expects the caller to roll its transaction back.
 */
public final class CopyBinary implements AutoCloseable {

    private static final byte[] SIGNATURE = "PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int TEXT_OID = 25;
    private static final int NULL_LENGTH = -1;
    private static final int JSONB_VERSION = 1;

    private final CopyIn copy;
    private final CopyBuffer out;
    private int missing;

    /** Begins the copy that {@code copySql} states, in the connection's present transaction. */
    public CopyBinary(Connection connection, String copySql) throws SQLException {
        copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copySql);
        out = new CopyBuffer(copy);
        out.putBytes(SIGNATURE);
        out.putInt(0);
        out.putInt(0);
    }

    /** Begins a row; exactly {@code columns} writes must follow. */
    public void startRow(int columns) throws SQLException {
        requireCompleteRow();
        out.putShort(columns);
        missing = columns;
    }

    public void writeNull() throws SQLException {
        startField(NULL_LENGTH);
    }

    public void writeText(String text) throws SQLException {
        byte[] bytes = StorableText.utf8(text);
        startField(bytes.length);
        out.putBytes(bytes);
    }

    /** Writes JSON that the caller knows to be well-formed; malformed JSON fails the whole copy on the server. */
    public void writeJsonb(String json) throws SQLException {
        byte[] bytes = StorableText.utf8(json);
        startField(bytes.length + 1);
        out.putByte(JSONB_VERSION);
        out.putBytes(bytes);
    }

    public void writeUuid(UUID uuid) throws SQLException {
        startField(2 * Long.BYTES);
        out.putLong(uuid.getMostSignificantBits());
        out.putLong(uuid.getLeastSignificantBits());
    }

    public void writeLong(long value) throws SQLException {
        startField(Long.BYTES);
        out.putLong(value);
    }

    public void writeDouble(double value) throws SQLException {
        startField(Double.BYTES);
        out.putLong(Double.doubleToRawLongBits(value));
    }

    public void writeBoolean(boolean value) throws SQLException {
        startField(1);
        out.putByte(value ? 1 : 0);
    }

    /** Writes a {@code timestamptz}; what is finer than a microsecond is cut off towards the past. */
    public void writeTimestamp(Instant instant) throws SQLException {
        long micros = PostgresTime.micros(instant);
        startField(Long.BYTES);
        out.putLong(micros);
    }

    /** Writes a {@code text[]}; a null element is refused. */
    public void writeTextArray(List<String> elements) throws SQLException {
        List<byte[]> encoded = elements.stream().map(StorableText::utf8).toList();
        int length = 3 * Integer.BYTES;
        if (!encoded.isEmpty()) {
            length += 2 * Integer.BYTES;
        }
        for (byte[] element : encoded) {
            length = Math.addExact(length, Integer.BYTES + element.length);
        }
        startField(length);
        out.putInt(encoded.isEmpty() ? 0 : 1);
        out.putInt(0);
        out.putInt(TEXT_OID);
        if (!encoded.isEmpty()) {
            out.putInt(encoded.size());
            out.putInt(1);
        }
        for (byte[] element : encoded) {
            out.putInt(element.length);
            out.putBytes(element);
        }
    }

    /** Writes fields that are encoded already, each behind its length. */
    public void writeEncoded(byte[] fields, int columns) throws SQLException {
        if (missing < columns) {
            throw new IllegalStateException("the row has all of its columns");
        }
        missing -= columns;
        out.putBytes(fields);
    }

    /** Ends the copy and answers how many rows the server took; this object then only wants to be closed. */
    public long finish() throws SQLException {
        requireCompleteRow();
        out.putShort(-1);
        out.flush();
        return copy.endCopy();
    }

    /** Cancels the copy unless it is finished; does nothing the second time. */
    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }

    private void startField(int length) throws SQLException {
        if (missing == 0) {
            throw new IllegalStateException("the row has all of its columns");
        }
        missing--;
        out.putInt(length);
    }

    private void requireCompleteRow() {
        if (missing != 0) {
            throw new IllegalStateException("the row lacks " + missing + " of its columns");
        }
    }
}
