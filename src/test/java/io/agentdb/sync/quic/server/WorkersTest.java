package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WorkersTest {

    /** With one for each connection, clients could keep REST and this node's own runs from its database. */
    @Test
    void requestsOfPeers_haveTwoThirdsOfTheDatabasesConnections() {
        Set<Thread> before = workers();
        try (TestNode node = TestNode.start("frugal", "spring.datasource.hikari.maximum-pool-size=10")) {
            assertThat(node.quicPort()).isPositive();
            Set<Thread> now = workers();
            now.removeAll(before);
            assertThat(now).hasSize(6);
        }
    }

    private static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("sync-worker-")).collect(Collectors.toSet());
    }
}
