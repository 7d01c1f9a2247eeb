package io.agentdb.sync.peers;

import io.agentdb.sync.revision.ConflictStrategy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * {@code agentdb.peers} and, for guides that promise it, {@code AGENTDB_QUIC_PEERS}.
 *
 * @param peers the configured peers
 * @param quic what the environment of circulating guides names
 */
@ConfigurationProperties("agentdb")
public record PeerSettings(@DefaultValue List<Configured> peers, @DefaultValue Quic quic) {

    /** One configured peer; the name defaults to the address. */
    public record Configured(@Nullable String name, @Nullable String address, @Nullable String authToken,
            @Nullable String fingerprint,
            @Nullable List<String> kinds, @Nullable Filters filters, @Nullable ConflictStrategy conflictStrategy) {

        @Override
        public String toString() {
            return "peer " + name + " at " + address;
        }
    }

    /** @param minReward the least reward of an episode */
    public record Filters(@Nullable String sessionId, @Nullable Boolean success, @Nullable Double minReward,
            @Nullable List<String> tags,
            @Name("skill-name") @Nullable String skillName) { }

    /** @param peers {@code AGENTDB_QUIC_PEERS}: host:port,host:port */
    public record Quic(@DefaultValue List<String> peers) { }
}
