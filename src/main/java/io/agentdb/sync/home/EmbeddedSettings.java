package io.agentdb.sync.home;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code agentdb.embedded.*}: the database that a node brings along when none is configured.
 *
 * @param dataDir the node's directory; a leading {@code ~/} is the user's home. Null: {@code ~/.agentdb-sync/<node id>}
 * @param port PostgreSQL's port on the loopback interface; 0 takes a free one at every start
 * @param binariesDir where PostgreSQL's programs are unpacked once. Null: {@code ~/.agentdb-sync/binaries}; not the
 *     temporary directory, which is swept while a server runs from it
 */
@Validated
@ConfigurationProperties("agentdb.embedded")
public record EmbeddedSettings(
        @Nullable String dataDir, @DefaultValue("0") @Min(0) @Max(65535) int port, @Nullable String binariesDir) {

    public EmbeddedSettings {
        dataDir = dataDir == null || dataDir.isBlank() ? null : dataDir;
        binariesDir = binariesDir == null || binariesDir.isBlank() ? null : binariesDir;
    }
}
