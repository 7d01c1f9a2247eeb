package io.agentdb.sync.memory.input;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.SafeText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.JsonNode;

/**
 * Times from outside: seconds since 1970 (AgentDB's tables), milliseconds (JavaScript) or ISO 8601 with an offset.
 * Microseconds inside, which is what the database keeps; a finer time would never equal what was stored.
 */
public final class Timestamps {

    // 1e11 seconds are the year 5138, 1e11 milliseconds are March 1973.
    private static final BigDecimal MILLISECONDS_FROM = BigDecimal.valueOf(100_000_000_000L);
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");
    private static final String FORMS = "must be seconds or milliseconds since 1970, or ISO 8601 with an offset like"
            + " 2026-03-03T09:30:00Z";

    private Timestamps() {
    }

    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    static Instant of(String field, JsonNode node) {
        if (node.isNumber()) {
            return ranged(field, node.decimalValue(), node.toString());
        }
        if (node.isString()) {
            return iso(field, node.stringValue());
        }
        throw new InvalidInput(field, FORMS + ", but is " + SafeText.value(node));
    }

    /**
     * A parameter of a URL, where a number has no quotes to miss and a plus sign has become a space.
     *
     * @throws InvalidInput naming the field
     */
    public static Instant of(String field, String value) {
        return value.matches("-?\\d{1,18}(\\.\\d{1,9})?")
                ? ranged(field, new BigDecimal(value), value) : iso(field, value.replace(' ', '+'));
    }

    private static Instant iso(String field, String value) {
        try {
            return ranged(field, OffsetDateTime.parse(value).toInstant(), value);
        } catch (DateTimeException e) {
            throw new InvalidInput(field, FORMS + ", but is " + SafeText.quoted(value));
        }
    }

    private static Instant ranged(String field, BigDecimal number, String shown) {
        // Checked by magnitude before any arithmetic: 1e999999 would be a gigabyte of digits.
        if (number.signum() != 0 && number.precision() - (long) number.scale() > 18) {
            throw outOfRange(field, shown);
        }
        BigDecimal seconds = number.abs().compareTo(MILLISECONDS_FROM) < 0 ? number : number.movePointLeft(3);
        long micros = seconds.movePointRight(6).setScale(0, RoundingMode.FLOOR).longValue();
        return ranged(field, Instant.EPOCH.plus(micros, ChronoUnit.MICROS), shown);
    }

    private static Instant ranged(String field, Instant instant, String shown) {
        if (instant.isBefore(FIRST) || !instant.isBefore(END)) {
            throw outOfRange(field, shown);
        }
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    private static InvalidInput outOfRange(String field, String shown) {
        return new InvalidInput(field, "must be in the years 1 to 9999, but is " + SafeText.quoted(shown));
    }
}
