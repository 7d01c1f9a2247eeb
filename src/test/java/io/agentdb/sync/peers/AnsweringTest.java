package io.agentdb.sync.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncFailure;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.version.NodeId;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** At a dialled peer somebody else answers than until now. */
class AnsweringTest {

    private static TestNode a;
    private static TestNode b;
    private static TestNode c;
    private static TestNode d;

    @BeforeAll
    static void start() {
        a = TestNode.start("a", "agentdb.server.open=false", "agentdb.server.tokens[0].name=of-b",
                "agentdb.server.tokens[0].secret=b", "agentdb.server.tokens[1].name=of-c",
                        "agentdb.server.tokens[1].secret=c");
        b = TestNode.start("b");
        c = TestNode.start("c");
        d = TestNode.start("d");
    }

    @AfterAll
    static void stop() {
        List.of(a, b, c, d).forEach(TestNode::close);
    }

    @BeforeEach
    void cAnswersAtTheDoor() {
        a.jdbc().update("delete from sync_state");
        a.jdbc().update("delete from node_credentials");
        assertThat(atTheDoor(c).success()).isTrue();
    }

    @Test
    void peerThatSaysItIsAnotherPeer_isRefused_andMovesNothingOfThatOne() {
        assertThat(a.sync(b).success()).isTrue();
        a.episode("for b");
        List<?> cursors =
                a.jdbc().queryForList("select * from cursors where peer_node = 'b' order by kind, direction, scope");
        SyncReport report = atTheDoor(b);
        assertThat(report.failure()).isEqualTo(SyncFailure.REFUSED_AUTH.label());
        assertThat(report.errors()).singleElement().asString()
                .contains("peer door was node c and says now that it is b", "answers at peer b",
                        "DELETE /nodes/c/credential");
        assertThat(a.jdbc().queryForList("select * from cursors where peer_node = 'b' order by kind, direction, scope"))
                .isEqualTo(cursors);
        assertThat(a.bean(NodeCredentials.class).release(new NodeId("c"))).isTrue();
        assertThat(atTheDoor(b).success()).as("once the operator says so").isTrue();
    }

    @Test
    void peerThatSaysItIsAClientWithAnotherCredential_isRefused() {
        assertThat(b.sync(b.peer(a, "b"), RunOptions.DEFAULT).success()).isTrue();
        assertThat(atTheDoor(b).errors()).singleElement().asString().contains("comes here with the credential 'of-b'");
    }

    @Test
    void nodeThatIsReplacedByANewOne_isTaken_alsoWithTheCredentialOfTheOld() {
        assertThat(atTheDoor(d).success()).isTrue();
        assertThat(a.jdbc().queryForObject("select node_id from sync_state where peer = 'door'", String.class))
                .isEqualTo("d");
        assertThat(d.sync(d.peer(a, "c"), RunOptions.DEFAULT).success()).isTrue();
        assertThat(c.sync(c.peer(a, "c"), RunOptions.DEFAULT).success()).isTrue();
        assertThat(atTheDoor(c).success()).isTrue();
    }

    @Test
    void anotherAddressOfAPeer_isAnotherNodesByTheOperatorsWord() {
        Peers peers = a.bean(Peers.class);
        peers.save(door(c), null);
        assertThat(a.sync(b).success()).isTrue();
        assertThat(atTheDoor(b).success()).isFalse();
        peers.save(door(b), null);
        assertThat(atTheDoor(b).success()).isTrue();
        peers.remove(new PeerName("door"));
    }

    private static SyncReport atTheDoor(TestNode node) {
        return a.sync(door(node), RunOptions.DEFAULT);
    }

    private static Peer door(TestNode node) {
        return new Peer(new PeerName("door"), new HostPort("127.0.0.1", node.quicPort()), null,
                node.bean(QuicServer.class).status().fingerprint(), Kind.ALL, Selection.ALL, null, Peer.Origin.API);
    }
}
