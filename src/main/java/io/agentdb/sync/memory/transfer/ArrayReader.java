package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.MalformedJson;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The elements of one JSON array, such as AgentDB's export, cut out by their brackets: a bad one fails alone, and one
 * that is too long is read to its end without being kept.
 */
final class ArrayReader implements Entries {

    private final InputStream in;
    private final int maxLength;
    private final ByteArrayOutputStream element = new ByteArrayOutputStream();
    private long length;
    private long number;
    private boolean begun;
    private boolean ended;

    ArrayReader(InputStream in, int maxLength) {
        this.in = new BufferedInputStream(in, 64 << 10);
        this.maxLength = maxLength;
    }

    @Override
    public boolean next() throws IOException {
        if (!begun) {
            begun = true;
            for (int c = in.read(); c != '['; c = in.read()) {
                if (c < 0) {
                    throw new MalformedJson("there is no array in it", 0, 0);
                }
            }
        }
        element.reset();
        length = 0;
        if (!(ended ? rest() : element())) {
            return false;
        }
        number++;
        return true;
    }

    /**
     * Up to the comma or the bracket behind it.
     *
     * @return false if the array ends with nothing before its bracket
     */
    private boolean element() throws IOException {
        boolean string = false;
        boolean escaped = false;
        for (int depth = 0, c = in.read();; c = in.read()) {
            if (c < 0) {
                throw new MalformedJson("the array has no end: it is cut off in or behind element " + (number + 1), 0,
                        0);
            }
            if (string) {
                string = escaped || c != '"';
                escaped = !escaped && c == '\\';
            } else if (c == '"') {
                string = true;
            } else if (c == '[' || c == '{') {
                depth++;
            } else if (depth > 0 && (c == ']' || c == '}')) {
                depth--;
            } else if (depth == 0 && (c == ',' || c == ']')) {
                ended = c == ']';
                return !ended || length > 0;
            }
            keep(c);
        }
    }

    /** What should not be there, behind the array. */
    private boolean rest() throws IOException {
        for (int c = in.read(); c >= 0; c = in.read()) {
            keep(c);
        }
        return length > 0;
    }

    private void keep(int c) {
        if (length > 0 || c > ' ') {
            length++;
            if (length <= maxLength) {
                element.write(c);
            }
        }
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public boolean blank() {
        return false;
    }

    @Override
    public String text() {
        if (length > maxLength) {
            throw new InvalidInput("", "the element must have at most " + maxLength + " bytes, but has " + length);
        }
        return JsonText.utf8(element.toByteArray(), element.size());
    }
}
