package io.agentdb.sync.postgres;

import java.time.Instant;

/** PostgreSQL's {@code timestamptz} on the wire: microseconds since 2000-01-01 UTC. Thread-safe. */
final class PostgresTime {

    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    /** MIN_TIMESTAMP and END_TIMESTAMP of PostgreSQL's datatype/timestamp.h. */
    private static final Instant FIRST = EPOCH.plusSeconds(-211_813_488_000L);
    private static final Instant END = EPOCH.plusSeconds(9_223_371_331_200L);

    private PostgresTime() {
    }

    static long micros(Instant instant) {
        if (instant.isBefore(FIRST) || !instant.isBefore(END)) {
            throw new IllegalArgumentException(instant + " is outside of PostgreSQL's timestamps");
        }
        long seconds = instant.getEpochSecond() - EPOCH.getEpochSecond();
        return seconds * 1_000_000 + instant.getNano() / 1000;
    }

    static Instant instant(long micros) {
        return EPOCH.plusSeconds(Math.floorDiv(micros, 1_000_000L))
                .plusNanos(Math.floorMod(micros, 1_000_000L) * 1_000L);
    }
}
