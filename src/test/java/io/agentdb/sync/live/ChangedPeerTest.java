package io.agentdb.sync.live;

import static org.awaitility.Awaitility.await;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer of which something is noted while a live link to it stands. */
@Timeout(120)
class ChangedPeerTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final PeerName B = new PeerName("b");

    @Test
    void peerThatHasReachedThisNodeSince_isFollowedUp_whenItsLinkEnds() {
        try (TestNode b = TestNode.start("b");
                TestNode a = TestNode.start("a", "agentdb.sync.auto=true", "agentdb.sync.interval=1h")) {
            Peer alone = a.peer(b).at(a.peer(b).address(), Peer.Dials.WE);
            a.bean(Peers.class).save(alone, null);
            a.bean(SyncCoordinator.class).runDue(alone);
            await().atMost(SOON).until(() -> a.bean(LiveSync.class).peers().contains(B));
            a.jdbc().update("update peers set dials = null");
            ConnectionRegistry connections = b.bean(ConnectionRegistry.class);
            connections.views().forEach(one -> connections.close(one.id(), "another cable"));
            await().atMost(SOON).until(() -> a.jdbc().queryForObject("select count(*) from sync_runs", Integer.class)
                    >= 2 && a.bean(LiveSync.class).peers().contains(B));
        }
    }
}
