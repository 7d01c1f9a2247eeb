package io.agentdb.sync.run;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Strategies;
import io.agentdb.sync.version.Hlc;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code agentdb.sync}: how this node synchronizes.
 *
 * @param conflictStrategy who wins when two sides changed one record
 * @param conflictStrategies the same per kind, where it differs
 * @param batchSize records per batch on the wire
 * @param auto whether every peer is synchronized by itself
 * @param tombstoneRetention how long a deletion is told at least; at least a day, since clocks differ, and a record
 *     that is made anew must not seem older than its deletion
 * @param maxConcurrentRuns runs that this node makes at once, others wait; each takes two connections to the database
 * @param interval the time between automatic syncs; a peer whose last one still goes on is left out
 * @param live whether automatic sync, in between, tells peers at once what is new, and hears it from them
 * @param liveInterval how often live sync looks for what others than this process have written
 */
@Validated
@ConfigurationProperties("agentdb.sync")
public record SyncSettings(
        @DefaultValue("latest-wins") ConflictStrategy conflictStrategy,
        @DefaultValue Map<String, ConflictStrategy> conflictStrategies,
        @DefaultValue("100") @Min(1) @Max(10_000) int batchSize,
        @DefaultValue("4") @Min(1) @Max(100) int maxConcurrentRuns,
        @DefaultValue("false") boolean auto,
        @DefaultValue("60s") Duration interval,
        @DefaultValue("true") boolean live,
        @DefaultValue("25ms") Duration liveInterval,
        @DefaultValue("30d") Duration tombstoneRetention) {

    public SyncSettings {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("agentdb.sync.interval must be positive, not " + interval);
        }
        if (tombstoneRetention.compareTo(Hlc.RECORD_TOLERANCE) < 0) {
            throw new IllegalArgumentException("agentdb.sync.tombstone-retention must be at least 1d, not "
                    + tombstoneRetention);
        }
        conflictStrategies.keySet().forEach(SyncSettings::kind);
    }

    public Strategies strategies() {
        return new Strategies(conflictStrategy, conflictStrategies.entrySet().stream()
                .collect(Collectors.toMap(entry -> kind(entry.getKey()), Map.Entry::getValue)));
    }

    private static Kind kind(String name) {
        return Kind.named(name).orElseThrow(() -> new IllegalArgumentException(
                "agentdb.sync.conflict-strategies names the unknown kind '" + name + "'; known are " + Kind.ALL));
    }
}
