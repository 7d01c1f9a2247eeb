package io.agentdb.sync.web.watch;

import io.agentdb.sync.memory.InvalidInput;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which lines of the log are meant. */
public final class LogQuery implements Predicate<LogLine> {

    /** From the least grave on. */
    public static final List<String> LEVELS = List.of("info", "warn", "error");

    private static final int WORDS = 200;

    private final int least;
    private final Instant from;
    private final @Nullable Pattern named;
    private final String text;

    private LogQuery(int least, Instant from, @Nullable Pattern named, String text) {
        this.least = least;
        this.from = from;
        this.named = named;
        this.text = text;
    }

    /**
     * @param level at least so grave
     * @param peer whom they name; null for all
     * @param q what they contain, in upper or lower case; null for all
     * @throws InvalidInput naming what is wrong
     */
    public static LogQuery of(String level, @Nullable String peer, @Nullable String q, Instant from) {
        int least = LEVELS.indexOf(level);
        if (least < 0) {
            throw new InvalidInput("level", "must be one of " + String.join(", ", LEVELS));
        }
        // A peer's name within another's is another peer.
        Pattern named = peer == null ? null : Pattern.compile("(?<![\\w.-])" + Pattern.quote(words("peer", peer))
                + "(?![\\w-])");
        return new LogQuery(least, from, named, q == null ? "" : words("q", q).toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean test(LogLine line) {
        return LEVELS.indexOf(line.level()) >= least && !line.time().isBefore(from)
                && (named == null || named.matcher(shown(line)).find())
                && shown(line).toLowerCase(Locale.ROOT).contains(text);
    }

    private static String shown(LogLine line) {
        return line.failure() == null ? line.message() : line.message() + "\n" + line.failure();
    }

    private static String words(String name, String given) {
        if (given.isEmpty() || given.length() > WORDS) {
            throw new InvalidInput(name, "must have 1 to " + WORDS + " characters");
        }
        return given;
    }
}
