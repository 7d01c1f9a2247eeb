package io.agentdb.sync.cli.output;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Values as people read them. */
public final class Words {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private Words() {
    }

    /**
     * Texts come from other agents: what a terminal would obey, or what turns the order of letters around, is shown as
     * its number.
     */
    public static String safe(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE) {
                safe.append(c == '\n' || c == '\r' || c == '\t' ? " " : String.format("\\u%04x", c));
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }

    /** As {@link #safe}, with its lines. */
    public static String lines(String text) {
        return String.join("\n", text.lines().map(Words::safe).toList());
    }

    public static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }

    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    public static String bytes(long bytes) {
        return bytes < 1 << 10 ? bytes + " B" : bytes < 1 << 20 ? String.format(Locale.ROOT, "%.1f kB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1024.0 / 1024.0);
    }

    public static String seconds(double seconds) {
        return seconds < 10 ? String.format(Locale.ROOT, "%.1f s", seconds) : duration(Duration.ofSeconds(
                Math.round(seconds)));
    }

    private static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        return seconds < 120 ? seconds + " s" : seconds < 7_200 ? seconds / 60 + " min"
                : seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " days";
    }

    /** The moment in this machine's zone, and how long ago that is, or how far off. */
    public static String ago(String instant) {
        try {
            Instant moment = Instant.parse(instant);
            Duration since = Duration.between(moment, Instant.now());
            return TIME.format(moment.atZone(ZoneId.systemDefault()))
                    + (since.isNegative() ? " (in " + duration(since.negated())
                            : " (" + duration(since) + " ago") + ")";
        } catch (DateTimeException e) {
            return safe(instant);
        }
    }

    /** {@code 1 record}, {@code 2 records}. */
    public static String count(long number, String one) {
        return number(number) + " " + one + (number == 1 ? "" : "s");
    }
}
