package io.agentdb.sync.coordinator.metrics;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.DatabaseWait;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Whether the database answers, since when it is this one, and about how much it holds. Looked at now and then: a
 * scrape must not wait for the database.
 */
@Component
class DatabaseMetrics {

    private static final Logger log = LoggerFactory.getLogger(DatabaseMetrics.class);
    /**
     * A database that takes connections and says nothing ends no look at it: then there is no failure, only no answer.
     */
    private static final int MISSED = 3;

    private final NodeCounts inventory;
    private final Duration patience;
    private final Map<String, Double> seen = new ConcurrentHashMap<>();
    private volatile boolean failed = true;
    private volatile long answeredAt = System.nanoTime();

    DatabaseMetrics(NodeCounts inventory, DatabaseWait start, MeterRegistry registry,
            @Value("${agentdb.sync.lag-interval:15s}") Duration interval) {
        this.inventory = inventory;
        this.patience = interval.multipliedBy(MISSED);
        // Migrating or restamping keeps a database busy, not away: an alert would have somebody end the process.
        Gauge.builder("agentdb.database.up", () -> start.isPreparing() ? Double.NaN : up() ? 1 : 0)
                .description("1 while the database answers; NaN while the start prepares it").register(registry);
        Kind.ALL.forEach(kind -> Gauge.builder("agentdb.database.records", () -> seen.get(kind.name()))
                .tag("kind", kind.name())
                .description("Records that the node holds, roughly when there are many").register(registry));
        Gauge.builder("agentdb.database.tombstones", () -> seen.get("tombstones"))
                .description("Deletions that are kept for peers, roughly when there are many").register(registry);
        Gauge.builder("agentdb.database.size", () -> seen.get("size")).baseUnit("bytes")
                .description("The database on its server's disk, indexes included").register(registry);
        Gauge.builder("agentdb.node.incarnated.timestamp", () -> seen.get("incarnated")).baseUnit("seconds")
                .description("When the node took its present actor: its database was made, restored or promoted then")
                .register(registry);
    }

    @Scheduled(fixedDelayString = "${agentdb.sync.lag-interval:15s}")
    void refresh() {
        try {
            Kind.ALL.forEach(kind -> seen.put(kind.name(), inventory.estimatedRecords(kind)));
            seen.put("tombstones", inventory.estimatedTombstones());
            seen.put("size", (double) inventory.databaseSize());
            seen.put("incarnated", inventory.incarnatedAt());
            answeredAt = System.nanoTime();
            failed = false;
        } catch (DataAccessException e) {
            failed = true;
            log.debug("The database cannot be looked at now", e);
        }
    }

    private boolean up() {
        return !failed && System.nanoTime() - answeredAt < patience.toNanos();
    }
}
