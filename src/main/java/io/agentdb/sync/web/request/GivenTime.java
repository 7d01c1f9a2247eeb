package io.agentdb.sync.web.request;

import io.agentdb.sync.web.problem.Refusal;
import java.time.DateTimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** A time that a request says, as settings do: {@code 30s}, {@code 30m}, {@code PT30M}. Pure. */
public final class GivenTime {

    private GivenTime() {
    }

    /**
     * @param name of the parameter or member, for the refusal
     * @param bounds for the refusal, as {@code from 1s to 365d}
     * @return null if nothing is given
     * @throws Refusal 400 if it is no time, or beyond the bounds
     */
    public static @Nullable Duration of(@Nullable String text, String name, Duration least, Duration most,
            String bounds) {
        if (text == null) {
            return null;
        }
        Duration time;
        try {
            // A bare number would be milliseconds, as in settings; nobody means that here.
            time = text.matches("[+-]?\\d+") ? null : DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            time = null;
        }
        if (time == null) {
            throw Refusal.badRequest(name + " is no duration: say 30s, 30m, 2h, 7d or PT30M");
        }
        if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
            throw Refusal.badRequest(name + " must be " + bounds);
        }
        return time;
    }
}
