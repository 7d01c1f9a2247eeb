package io.agentdb.sync.web;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Times as callers write them: seconds, milliseconds or ISO 8601. */
final class Times {

    /** Numbers below are seconds, above milliseconds: as seconds, this is the year 5138. */
    private static final long MILLISECONDS_FROM = 100_000_000_000L;

    private Times() {
    }

    /** @throws IllegalArgumentException naming the field; null stays null */
    static Instant parse(String field, String text) {
        if (text == null) {
            return null;
        }
        try {
            if (text.matches("-?\\d{1,15}")) {
                long number = Long.parseLong(text);
                return number < MILLISECONDS_FROM ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number);
            }
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(field + " '" + text
                    + "' is no time; write ISO 8601 as in 2026-03-04T05:06:07Z, or seconds or milliseconds since 1970");
        }
    }
}
