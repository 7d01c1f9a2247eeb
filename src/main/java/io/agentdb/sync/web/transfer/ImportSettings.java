package io.agentdb.sync.web.transfer;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * {@code agentdb.import.*}.
 *
 * @param dir where what is imported waits until it is read, in a directory with the node's id. Null: {@code import} in
 *     the node's directory
 * @param maxSize most that all of it may take there at once; null for what the disk has room for
 */
@ConfigurationProperties("agentdb.import")
record ImportSettings(@Nullable String dir, @Nullable DataSize maxSize) {

    ImportSettings {
        dir = dir == null || dir.isBlank() ? null : dir;
        if (maxSize != null && maxSize.toBytes() < 1) {
            throw new IllegalArgumentException("agentdb.import.max-size must be positive, but is " + maxSize);
        }
    }
}
