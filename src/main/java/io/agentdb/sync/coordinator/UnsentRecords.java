package io.agentdb.sync.coordinator;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.feed.UnsentTable;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Counts what this node can send to nobody, and forgets what has been overwritten since. */
@Component
class UnsentRecords {

    private static final Logger log = LoggerFactory.getLogger(UnsentRecords.class);

    private final UnsentTable table;
    private final Map<Kind, AtomicLong> gauges = new HashMap<>();

    UnsentRecords(UnsentTable table, MeterRegistry registry) {
        this.table = table;
        for (Kind kind : Kind.ALL) {
            AtomicLong count = new AtomicLong();
            gauges.put(kind, count);
            Gauge.builder("agentdb.sync.unsent", count, AtomicLong::get).tag("kind", kind.name())
                    .description("Records of this node that can be sent to no peer and are left out")
                    .register(registry);
        }
    }

    /** For the report of a run that went well but for them. */
    List<String> told() {
        long left = table.counts().values().stream().mapToLong(Long::longValue).sum();
        return left == 0 ? List.of()
                : List.of(left + " records of this node can be sent to no peer and were left out, see GET /unsent");
    }

    /** Now and then: a count at each scrape would wait for the database. */
    @Scheduled(fixedDelayString = "${agentdb.sync.lag-interval:15s}")
    void count() {
        try {
            table.sweep();
            Map<Kind, Long> counts = table.counts();
            gauges.forEach((kind, gauge) -> gauge.set(counts.getOrDefault(kind, 0L)));
        } catch (DataAccessException e) {
            log.debug("What cannot be sent cannot be counted now", e);
        }
    }
}
