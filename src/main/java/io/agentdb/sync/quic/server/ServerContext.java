package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.admission.RateLimits;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.Welcome;
import io.agentdb.sync.quic.stream.QuicMetrics;
import java.time.Clock;
import java.time.Duration;

/**
 * What every connection of the server shares.
 *
 * @param memory for decoded records
 * @param waiting for requests that no worker has yet, whole or not
 */
record ServerContext(LocalNode self, String software, HelloCheck introduction, RateLimits limits,
        ConnectionRegistry registry, int maxConnections, Gate gate, RequestDispatcher dispatcher, QuicMetrics metrics,
        Duration timeout, Clock clock, MemoryBudget memory, MemoryBudget waiting) {

    Welcome welcome(Permissions granted) {
        return new Welcome(Limits.VERSION, self.nodeId(), self.actor(), Limits.CAPABILITIES, clock.instant(), software,
                granted);
    }
}
