package io.agentdb.sync.ui.words;

import io.agentdb.sync.memory.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Times, numbers, sizes and foreign text, for templates. Thread-safe. */
@Component("words")
public class Wording {

    private static final DateTimeFormatter TODAY = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter EARLIER = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
    private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xxx", Locale.ROOT);

    private final Clock clock;

    public Wording() {
        this(Clock.systemDefaultZone());
    }

    Wording(Clock clock) {
        this.clock = clock;
    }

    /** {@code UTC+01:00 (Europe/Berlin)}. */
    public String zone() {
        return "UTC" + OFFSET.format(ZonedDateTime.now(clock)) + " (" + clock.getZone().getId() + ")";
    }

    /** The time of day if it is today's, else with the date, in this machine's zone. */
    public String at(Instant instant) {
        ZoneId zone = clock.getZone();
        ZonedDateTime there = instant.atZone(zone);
        return there.toLocalDate().equals(ZonedDateTime.now(clock).toLocalDate()) ? TODAY.format(there)
                : EARLIER.format(there);
    }

    /** {@code 4 s ago}, {@code in 12 s}. */
    public String ago(Instant instant) {
        Duration passed = Duration.between(instant, clock.instant());
        if (passed.isNegative()) {
            return "in " + span(passed.negated());
        }
        return passed.toSeconds() < 1 ? "just now" : span(passed) + " ago";
    }

    /** {@code 2 h 52 min}. */
    public static String span(Duration span) {
        long seconds = span.toSeconds();
        if (seconds < 1) {
            return span.toMillis() + " ms";
        }
        if (seconds < 90) {
            return seconds + " s";
        }
        if (seconds < 5_400) {
            return seconds / 60 + " min";
        }
        if (seconds < 86_400) {
            return seconds / 3_600 + " h" + (seconds % 3_600 < 60 ? "" : " " + seconds % 3_600 / 60 + " min");
        }
        return seconds / 86_400 + " d";
    }

    public static String millis(long millis) {
        return span(Duration.ofMillis(millis));
    }

    /** {@code 10,057}. */
    public static String count(double number) {
        return String.format(Locale.ROOT, "%,d", Math.round(number));
    }

    /** {@code 3 records}, {@code 1 record}. */
    public static String count(double number, String one, String many) {
        return count(number) + " " + (Math.round(number) == 1 ? one : many);
    }

    /** {@code 1.2 kB}. */
    public static String size(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        double value = bytes;
        for (String unit : new String[] {"kB", "MB", "GB"}) {
            value /= 1_000;
            if (value < 999.95 || unit.equals("GB")) {
                return String.format(Locale.ROOT, "%.1f %s", value, unit);
            }
        }
        throw new IllegalStateException("the last unit takes any size");
    }

    /** With a capital, as a sentence begins. */
    public static String sentence(@Nullable String text) {
        return text == null || text.isEmpty() ? "" : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    public static String size(String text) {
        return size((long) text.getBytes(StandardCharsets.UTF_8).length);
    }

    /** With what cannot be seen, or turns the order of others around, as a mark: {@code ⟦U+202E⟧}. */
    public static String shown(@Nullable String text) {
        if (text == null) {
            return "";
        }
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (hidden(c)) {
                out.append(String.format("⟦U+%04X⟧", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    /** A field's value on one line, cut likewise: JSON as its text, tags with commas between them. */
    public static String value(@Nullable Object value, int length) {
        return value == null ? "nothing" : cut(value instanceof Json json ? json.text()
                : value instanceof List<?> tags ? tags.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : value.toString(), length);
    }

    /** As {@link #shown}, on one line and at most so long; the rest is where the whole is. */
    public static String cut(@Nullable String text, int length) {
        if (text == null) {
            return "";
        }
        boolean longer = text.codePointCount(0, text.length()) > length;
        String head = longer ? text.substring(0, text.offsetByCodePoints(0, length)) : text;
        return shown(head.replaceAll("\\s+", " ")) + (longer ? "…" : "");
    }

    private static boolean hidden(int c) {
        int type = Character.getType(c);
        boolean control = type == Character.CONTROL && c != '\n' && c != '\t' && c != '\r';
        // Joiners are part of many scripts' words and of emoji; but a zero-width space or a turned order is in none.
        boolean joiner = c == 0x200c || c == 0x200d;
        return control || type == Character.FORMAT && !joiner || type == Character.SURROGATE
                || type == Character.PRIVATE_USE || c == 0x3164 || c == 0x115f || c == 0x1160;
    }
}
