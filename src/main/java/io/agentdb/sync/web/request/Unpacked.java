package io.agentdb.sync.web.request;

import io.agentdb.sync.memory.InvalidInput;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** What a body in gzip holds, while it is read. Refused where a little of it becomes very much. */
public final class Unpacked extends FilterInputStream {

    /** Of its packed size; JSON with embeddings comes to 5, SQLite files to 20. */
    private static final long MAX_RATIO = 200;
    private static final long FREE = 16 << 20;

    private final Counted packed;
    private long given;

    private Unpacked(Counted packed, InputStream unpacked) {
        super(unpacked);
        this.packed = packed;
    }

    /** Whether bytes that begin so are gzip's (RFC 1952, section 2.3.1). */
    static boolean isGzip(byte[] start) {
        return start.length > 1 && start[0] == 0x1f && start[1] == (byte) 0x8b;
    }

    /** The stream itself if it is not in gzip; looked at again, as a file in gzip may be sent in gzip. */
    public static PushbackInputStream of(InputStream body, int lookAhead) throws IOException {
        PushbackInputStream start = new PushbackInputStream(body, lookAhead);
        for (int layer = 0; layer < 2; layer++) {
            byte[] first = peek(start, 2);
            if (!isGzip(first)) {
                break;
            }
            Counted packed = new Counted(start);
            try {
                start = new PushbackInputStream(new Unpacked(packed, new GZIPInputStream(packed, 8 << 10)), lookAhead);
            } catch (ZipException | EOFException e) {
                throw damaged();
            }
        }
        return start;
    }

    /** The next bytes, which stay to be read. */
    public static byte[] peek(PushbackInputStream in, int length) throws IOException {
        byte[] first = in.readNBytes(length);
        in.unread(first);
        return first;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            int count = in.read(into, offset, length);
            given += Math.max(count, 0);
            if (given > FREE && given > packed.count * MAX_RATIO) {
                throw new InvalidInput("", "the body unpacks to more than " + MAX_RATIO
                        + " times its size: send it unpacked");
            }
            return count;
        } catch (ZipException | EOFException e) {
            throw damaged();
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private static InvalidInput damaged() {
        return new InvalidInput("", "the body is gzip, and damaged or cut off; an earlier part may be stored");
    }

    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int c = in.read();
            count += c < 0 ? 0 : 1;
            return c;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int some = in.read(into, offset, length);
            count += Math.max(some, 0);
            return some;
        }
    }
}
