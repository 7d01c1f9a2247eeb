package io.agentdb.sync.home;

import io.agentdb.sync.version.NodeId;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * {@code agentdb.node.*}: who this node is.
 *
 * @param id short name of the node; it becomes a directory's name and a label, hence the narrow alphabet. Null: made
 *     once and kept
 */
@Validated
@ConfigurationProperties("agentdb.node")
public record NodeSettings(@Pattern(regexp = NodeId.SHAPE, message = NodeSettings.ID_RULE) @Nullable String id) {

    static final String ID_RULE =
            "a node id has 1 to 31 lower-case letters, digits and hyphens, and does not begin with a hyphen";

    public NodeSettings {
        // An empty environment variable means "not set" to everyone who exports one.
        id = id == null || id.isBlank() ? null : id;
    }
}
