package io.agentdb.sync.example;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code agentdb.example}: the two nodes of profile {@code example}.
 *
 * @param remote further settings of the remote node, by their full names
 * @param remoteHttpPort TCP; 0 picks a free one
 * @param remoteQuicPort UDP; 0 picks a free one
 * @param exit whether to leave when everything has been shown: status 0, or 1 if the nodes differ
 * @param progress whether to redraw the progress bar in its line; null: on a terminal only
 */
@ConfigurationProperties("agentdb.example")
public record ExampleSettings(@DefaultValue("8081") int remoteHttpPort, @DefaultValue("4434") int remoteQuicPort,
        @DefaultValue("false") boolean exit, @Nullable Boolean progress, @DefaultValue Map<String, String> remote) {

    /** What the remote node asks its peers for; null if for nothing. */
    @Nullable String token() {
        return remote.get("agentdb.server.auth-token");
    }

    /** The settings hold the remote node's token. */
    @Override
    public String toString() {
        return "ExampleSettings[" + remoteHttpPort + ", " + remoteQuicPort + "]";
    }
}
