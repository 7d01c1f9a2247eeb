package io.agentdb.sync.postgres;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/**
 * 64 KiB in front of a copy, so that a field of four bytes is not a message of its own.
 *
 * <p>One thread at a time; a full buffer blocks on the connection.
 */
final class CopyBuffer {

    private static final int CAPACITY = 64 * 1024;

    private final CopyIn copy;
    private final ByteBuffer buffer = ByteBuffer.allocate(CAPACITY);

    CopyBuffer(CopyIn copy) {
        this.copy = copy;
    }

    void putByte(int value) throws SQLException {
        room(Byte.BYTES).put((byte) value);
    }

    void putShort(int value) throws SQLException {
        room(Short.BYTES).putShort((short) value);
    }

    void putInt(int value) throws SQLException {
        room(Integer.BYTES).putInt(value);
    }

    void putLong(long value) throws SQLException {
        room(Long.BYTES).putLong(value);
    }

    void putBytes(byte[] bytes) throws SQLException {
        int from = 0;
        while (from < bytes.length) {
            int part = Math.min(bytes.length - from, room(1).remaining());
            buffer.put(bytes, from, part);
            from += part;
        }
    }

    void flush() throws SQLException {
        copy.writeToCopy(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    private ByteBuffer room(int bytes) throws SQLException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }
}
