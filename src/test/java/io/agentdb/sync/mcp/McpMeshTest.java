package io.agentdb.sync.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.live.LiveSync;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.quic.server.QuicServer;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two agents, each at a node of its own. */
class McpMeshTest {

    private static final int TRIES = 5;

    @Test
    void whatAnAgentStoresOnOneNode_anotherFindsOnItsOwnByWords_inLessThanASecond() {
        try (TestNode b = TestNode.start("there"); TestNode a = TestNode.start("here", "agentdb.sync.auto=true",
                "agentdb.sync.interval=1h", "agentdb.peers[0].name=there",
                "agentdb.peers[0].address=127.0.0.1:" + b.quicPort(),
                "agentdb.peers[0].fingerprint=" + b.bean(QuicServer.class).status().fingerprint())) {
            await().until(() -> a.bean(LiveSync.class).peers().contains(new PeerName("there")));
            McpClient here = new McpClient(a.url("/mcp"), "");
            McpClient there = new McpClient(b.url("/mcp"), "");
            // The first of each is slower: classes are loaded, and the words' index is begun.
            found(here, there, "warming up");
            // The least of some: what else the machine does now and then only adds.
            long took = IntStream.range(0, TRIES).mapToLong(i -> found(here, there, "Rotate the signing keys " + i))
                    .min().orElseThrow();
            System.out.println("stored by an agent on one node, found by another's on the other: " + took + " ms");
            assertThat(took).isLessThan(1_000);
        }
    }

    /** Milliseconds from the call that stores to the answer that has it. */
    private static long found(McpClient here, McpClient there, String task) {
        long start = System.nanoTime();
        here.fields("reflexion_store", "{'session_id':'s','task':'" + task + "','reward':0.75,'success':true}");
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).until(() ->
                there.text("reflexion_retrieve", "{'task':'" + task + "','k':1}").contains(task));
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }
}
