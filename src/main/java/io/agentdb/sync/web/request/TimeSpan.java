package io.agentdb.sync.web.request;

import io.agentdb.sync.web.problem.Refusal;
import java.time.DateTimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** How long something is to last, as a parameter says it. */
public final class TimeSpan {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private TimeSpan() {
    }

    /**
     * A text such as {@code 30s}, {@code 30m}, {@code 2h}, {@code 7d} or {@code PT30M}.
     *
     * @param without what happens without the parameter, as the end of a sentence
     * @throws Refusal 400 if it is none, less than a second, or more than {@code longest}
     */
    public static Duration parse(String name, String text, Duration longest, String without) {
        Duration time = read(text);
        if (time == null) {
            throw Refusal.badRequest(name + " is no duration: say 30s, 30m, 2h, 7d or PT30M");
        }
        if (time.compareTo(SHORTEST) < 0 || time.compareTo(longest) > 0) {
            throw Refusal.badRequest(name + " must be from 1s to " + (longest.toDays() > 0 ? longest.toDays() + "d"
                    : longest.toMinutes() + "m") + without);
        }
        return time;
    }

    private static @Nullable Duration read(String text) {
        try {
            // A bare number would be milliseconds, as in settings; nobody means that here.
            return text.matches("[+-]?\\d+") ? null : DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            return null;
        }
    }
}
