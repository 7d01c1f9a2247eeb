package io.agentdb.sync.version;

import java.time.Duration;
import java.time.Instant;

/**
 * Hybrid time, per record: milliseconds since 1970 shifted left by 16 bits, the low bits counting updates within one.
 *
 * <p>After Kulkarni et al., "Logical Physical Clocks" (2014), but without global state: an update takes the maximum of
 * now and the old value plus one, so that it always sorts after what it overwrote, however wrong the clocks are.
 */
public final class Hlc {

    /** How far ahead of ours a peer's clock may be before it is refused: its writes would win every conflict. */
    public static final Duration TOLERANCE = Duration.ofMinutes(5);

    /**
     * How far ahead of ours a record may have been written. More than a peer's clock may be: a clock that was wrong by
     * some hours, and was set right, leaves such records behind, which must not be stuck; one wrong by years would win
     * every conflict for years.
     */
    public static final Duration RECORD_TOLERANCE = Duration.ofDays(1);

    private Hlc() {
    }

    /** The least time of that instant; what lies beyond the year 6429 does not fit, and is the greatest there is. */
    public static long at(Instant instant) {
        long millis = instant.toEpochMilli();
        return millis > Long.MAX_VALUE >> 16 ? Long.MAX_VALUE : millis << 16;
    }

    public static Instant instant(long hlc) {
        return Instant.ofEpochMilli(hlc >> 16);
    }

    /** The time of a write at {@code now} that replaces a version of time {@code replaced} (0 if there is none). */
    public static long next(Instant now, long replaced) {
        return Math.max(at(now), replaced + 1);
    }
}
