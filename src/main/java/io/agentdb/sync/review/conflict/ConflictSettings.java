package io.agentdb.sync.review.conflict;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code agentdb.conflicts}: how long the log is kept. Open conflicts are kept whatever these say, since they hold a
 * version that is nowhere else.
 *
 * @param retention how long after its end a conflict can still be looked at and its loser restored
 * @param maxEntries how many closed ones are kept at most
 */
@Validated
@ConfigurationProperties("agentdb.conflicts")
public record ConflictSettings(@DefaultValue("30d") Duration retention,
        @DefaultValue("100000") @Min(1) int maxEntries) {

    public ConflictSettings {
        if (retention.isNegative() || retention.isZero()) {
            throw new IllegalArgumentException("agentdb.conflicts.retention must be positive, not " + retention);
        }
    }
}
