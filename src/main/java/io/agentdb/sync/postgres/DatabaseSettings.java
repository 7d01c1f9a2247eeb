package io.agentdb.sync.postgres;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code agentdb.database}: the database that the node works on, whichever it is.
 *
 * @param patience how long the start waits for it; then the process ends, and whoever starts it again has it read its
 *     settings anew
 */
@ConfigurationProperties("agentdb.database")
public record DatabaseSettings(@DefaultValue("10m") Duration patience) {

    public DatabaseSettings {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("agentdb.database.patience must not be negative, as " + patience
                    + " is");
        }
    }
}
