package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Lines of bytes with a bound on memory: a line that is too long is read to its end without being kept. One thread;
 * reading blocks for the stream, which the caller closes.
 */
final class LineReader implements Entries {

    private static final int CHUNK = 64 << 10;
    private static final byte[] BOM = "\ufeff".getBytes(StandardCharsets.UTF_8);

    private final InputStream in;
    private final int maxLength;
    private final byte[] chunk = new byte[CHUNK];
    private int position;
    private int filled;
    private byte[] line = new byte[4096];
    private int length;
    private long overlong;
    private long number;

    LineReader(InputStream in, int maxLength) {
        this.in = in;
        this.maxLength = maxLength;
    }

    @Override
    public boolean next() throws IOException {
        length = 0;
        overlong = 0;
        boolean any = false;
        while (position < filled || fill()) {
            any = true;
            int end = position;
            while (end < filled && chunk[end] != '\n') {
                end++;
            }
            keep(position, end);
            boolean ended = end < filled;
            position = ended ? end + 1 : end;
            if (ended) {
                break;
            }
        }
        if (any) {
            number++;
            trim();
        }
        return any;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public boolean blank() {
        return length == 0 && overlong == 0;
    }

    @Override
    public String text() {
        if (overlong > 0) {
            throw new InvalidInput("", "the line must have at most " + maxLength + " bytes, but has " + overlong);
        }
        return JsonText.utf8(line, length);
    }

    /** Bytes that this reader holds, for a test of its bound. */
    int buffered() {
        return chunk.length + line.length;
    }

    private boolean fill() throws IOException {
        position = 0;
        filled = Math.max(0, in.read(chunk, 0, CHUNK));
        return filled > 0;
    }

    private void keep(int from, int to) {
        int more = to - from;
        if (overlong > 0 || length + more > maxLength) {
            overlong = (overlong > 0 ? overlong : length) + more;
            length = 0;
            return;
        }
        if (length + more > line.length) {
            line = Arrays.copyOf(line, Math.min(maxLength, Math.max(length + more, line.length * 2)));
        }
        System.arraycopy(chunk, from, line, length, more);
        length += more;
    }

    private void trim() {
        // What JSON calls blank, and nothing else: a block of NUL bytes is what a crash leaves of lines that were
        // there.
        while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t' || line[length - 1] == '\r')) {
            length--;
        }
        if (number == 1 && length == BOM.length && Arrays.equals(line, 0, length, BOM, 0, length)) {
            length = 0;
        }
    }
}
