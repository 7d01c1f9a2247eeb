package io.agentdb.sync.web.clients;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.RateLimits;
import java.util.List;

/** What one process knows of its clients at one moment. Others are told of the first thousand of each. */
record ProcessClients(List<ConnectionRegistry.View> connections, List<RateLimits.Usage> usage) {

    private static final int TOLD = 1_000;

    ProcessClients first() {
        return new ProcessClients(connections.stream().limit(TOLD).toList(), usage.stream().limit(TOLD).toList());
    }
}
