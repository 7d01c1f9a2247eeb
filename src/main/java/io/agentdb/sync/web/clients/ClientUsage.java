package io.agentdb.sync.web.clients;

import io.agentdb.sync.admission.RateLimits.Usage;
import java.util.UUID;

/**
 * What is left to a client in one of the node's processes, each of which counts for itself: {@link Usage}, and where.
 *
 * @param process that counts
 */
public record ClientUsage(String client, long requestsLeft, long requestsPerMinute, long bytesLeft, long bytesPerMinute,
        long totalRequests, long totalBytes, long paced, UUID process) {

    static ClientUsage of(Usage usage, UUID process) {
        return new ClientUsage(usage.client(), usage.requestsLeft(), usage.requestsPerMinute(), usage.bytesLeft(),
                usage.bytesPerMinute(), usage.totalRequests(), usage.totalBytes(), usage.paced(), process);
    }
}
