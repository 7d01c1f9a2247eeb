package io.agentdb.sync.review.conflict;

import io.agentdb.sync.memory.Kind;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Keeps the log from growing without end, and counts what waits for a person. */
@Component
public class ConflictRetention {

    private static final Logger LOG = LoggerFactory.getLogger(ConflictRetention.class);
    /** One statement's share: a single one over everything would hold its locks, and the feed's fence, for as long. */
    private static final int BATCH = 5_000;

    private final ConflictArchive archive;
    private final ConflictSettings settings;
    private final Map<Kind, AtomicLong> open = new HashMap<>();

    public ConflictRetention(ConflictArchive archive, ConflictSettings settings, MeterRegistry registry) {
        this.archive = archive;
        this.settings = settings;
        for (Kind kind : Kind.ALL) {
            AtomicLong count = new AtomicLong();
            open.put(kind, count);
            Gauge.builder("agentdb.sync.conflicts.open", count, AtomicLong::get).tag("kind", kind.name())
                    .description("Conflicts that wait for a person").register(registry);
        }
    }

    /** Deletes closed conflicts that are past their retention or beyond the maximum. */
    @Scheduled(fixedDelay = 10, initialDelay = 1, timeUnit = TimeUnit.MINUTES)
    @SchedulerLock(name = "conflict retention", lockAtLeastFor = "9m", lockAtMostFor = "10m")
    public void prune() {
        try {
            Instant until = Instant.now().minus(settings.retention());
            long total = 0;
            int deleted;
            do {
                deleted = archive.prune(until, settings.maxEntries(), BATCH);
                total += deleted;
            } while (deleted == BATCH);
            if (total > 0) {
                LOG.info("Deleted {} closed conflicts past agentdb.conflicts.retention or beyond"
                        + " agentdb.conflicts.max-entries", total);
            }
        } catch (DataAccessException e) {
            LOG.warn("Old conflicts cannot be deleted now: {}", e.getMostSpecificCause().getMessage());
        }
    }

    /** Now and then: a count at each scrape would wait for the database. */
    @Scheduled(fixedDelayString = "${agentdb.sync.lag-interval:15s}")
    void count() {
        try {
            Map<Kind, Long> counts = archive.open();
            open.forEach((kind, gauge) -> gauge.set(counts.getOrDefault(kind, 0L)));
        } catch (DataAccessException e) {
            LOG.debug("Open conflicts cannot be counted now", e);
        }
    }
}
