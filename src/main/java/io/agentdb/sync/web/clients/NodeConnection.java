package io.agentdb.sync.web.clients;

import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.admission.ConnectionRegistry.View;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A connection of one of the node's processes: {@link View}, and whose it is.
 *
 * @param process that has it
 */
public record NodeConnection(String id, Direction direction, String address, @Nullable String nodeId,
        @Nullable String actor, @Nullable String client, Instant since, Instant lastActivity, int openStreams,
        long requests, long bytesIn, long bytesOut, UUID process) {

    static NodeConnection of(View view, UUID process) {
        return new NodeConnection(view.id(), view.direction(), view.address(), view.nodeId(), view.actor(),
                view.client(), view.since(), view.lastActivity(), view.openStreams(), view.requests(), view.bytesIn(),
                view.bytesOut(), process);
    }
}
