package io.agentdb.sync.telemetry;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Of which trace something is a part, and under which span: {@code traceparent} of W3C Trace Context, version 00.
 *
 * @param text 55 characters
 */
public record TraceParent(String text) {

    /** Neither of the two ids is all zeros. */
    private static final Pattern VERSION_00 = Pattern.compile(
            "00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final int LENGTH = 55;

    public TraceParent {
        if (!isOne(text)) {
            throw new IllegalArgumentException("no traceparent of version 00");
        }
    }

    /** Empty if it is none. What a peer has made up is no error: its request counts all the same, untraced. */
    public static Optional<TraceParent> of(@Nullable String text) {
        return text != null && isOne(text) ? Optional.of(new TraceParent(text)) : Optional.empty();
    }

    private static boolean isOne(String text) {
        return text.length() == LENGTH && VERSION_00.matcher(text).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
