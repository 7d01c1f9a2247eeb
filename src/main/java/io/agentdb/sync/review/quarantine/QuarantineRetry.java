package io.agentdb.sync.review.quarantine;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.review.quarantine.QuarantineReplay.ReplayResult;
import io.agentdb.sync.review.quarantine.QuarantineReplay.Replayed;
import io.agentdb.sync.review.quarantine.QuarantineTable.Candidate;
import io.agentdb.sync.review.quarantine.Quarantined.QuarantineKey;
import io.agentdb.sync.revision.Strategies;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/**
 * Tries again what was set aside: by itself, each record after a pause that doubles up to a day, and when somebody
 * asks. A conflict that a record meets is resolved by this node's strategy for its kind. Thread-safe, also across
 * processes on one database.
 */
@Service
public class QuarantineRetry {

    /**
     * What became of many.
     *
     * @param remaining how many are in quarantine now; those that were not tried come first when it is asked for again
     */
    public record Summary(long applied, long known, long refused, long remaining) { }

    private static final Logger log = LoggerFactory.getLogger(QuarantineRetry.class);
    private static final int AT_ONCE = 1_000;
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final QuarantineTable table;
    private final QuarantineReplay replay;
    private final Strategies strategies;
    private final Map<Kind, AtomicLong> gauges = new HashMap<>();

    QuarantineRetry(QuarantineTable table, QuarantineReplay replay, Strategies strategies, MeterRegistry registry) {
        this.table = table;
        this.replay = replay;
        this.strategies = strategies;
        for (Kind kind : Kind.ALL) {
            AtomicLong count = new AtomicLong();
            gauges.put(kind, count);
            Gauge.builder("agentdb.sync.quarantined", count, AtomicLong::get).tag("kind", kind.name())
                    .description("Records from peers that could not be applied and are set aside").register(registry);
        }
    }

    /** One record, whether its time has come or not; empty if there is none such. */
    public Optional<Replayed> replay(QuarantineKey key) {
        return replay.replay(key, strategies.of(key.kind()));
    }

    /** Every record, up to a thousand and half a minute. */
    public Summary replayAll() {
        table.sweep();
        Map<ReplayResult, Long> outcomes = tryAgain(table.any(AT_ONCE));
        return new Summary(outcomes.getOrDefault(ReplayResult.APPLIED, 0L),
                outcomes.getOrDefault(ReplayResult.KNOWN, 0L), outcomes.getOrDefault(ReplayResult.REFUSED, 0L),
                        table.counts().values().stream().mapToLong(Long::longValue).sum());
    }

    @Scheduled(fixedDelayString = "${agentdb.sync.quarantine-interval:60s}")
    @SchedulerLock(name = "quarantine retry", lockAtLeastFor = "${agentdb.sync.quarantine-interval:60s}",
            lockAtMostFor = "${agentdb.sync.quarantine-interval:60s}")
    void retry() {
        try {
            int swept = table.sweep();
            Map<ReplayResult, Long> outcomes = tryAgain(table.due(AT_ONCE));
            if (swept > 0 || outcomes.getOrDefault(ReplayResult.APPLIED, 0L) > 0) {
                log.info("Out of quarantine: {} records could be applied, {} came another way",
                        outcomes.getOrDefault(ReplayResult.APPLIED, 0L),
                                swept + outcomes.getOrDefault(ReplayResult.KNOWN, 0L));
            }
        } catch (DataAccessException e) {
            log.warn("What is in quarantine cannot be tried again now: {}", e.getMostSpecificCause().getMessage());
        }
    }

    /** Now and then: a count at each scrape would wait for the database. */
    @Scheduled(fixedDelayString = "${agentdb.sync.lag-interval:15s}")
    void count() {
        try {
            Map<Kind, Long> counts = table.counts();
            gauges.forEach((kind, gauge) -> gauge.set(counts.getOrDefault(kind, 0L)));
        } catch (DataAccessException e) {
            log.debug("The quarantine cannot be counted now", e);
        }
    }

    private Map<ReplayResult, Long> tryAgain(List<Candidate> candidates) {
        Map<ReplayResult, Long> outcomes = new EnumMap<>(ReplayResult.class);
        long end = System.nanoTime() + LONGEST.toNanos();
        for (Candidate candidate : candidates) {
            if (System.nanoTime() > end) {
                break;
            }
            tryAgain(candidate).ifPresent(outcome -> outcomes.merge(outcome, 1L, Long::sum));
        }
        return outcomes;
    }

    private Optional<ReplayResult> tryAgain(Candidate candidate) {
        try {
            return replay.replay(candidate, strategies.of(candidate.key().kind())).map(Replayed::outcome);
        } catch (DataAccessException database) {
            throw database;
        } catch (RuntimeException e) {
            // One record must not keep the others from being tried.
            log.error("{} could not be tried again, in a way that was not foreseen", candidate.key(), e);
            return Optional.of(ReplayResult.REFUSED);
        }
    }
}
