package io.agentdb.sync.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PullStart;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;

/** One new incarnation while nodes run is one: their connections end with the actor that they were made under. */
class RenewalTest {

    private static final RunScope EVERYTHING = new RunScope(Kind.ALL, Selection.ALL, null, 100);

    @Test
    void oneRenewal_isExactlyOneIncarnation_howeverManyPeersHaveOpenConnections() {
        try (TestNode a = TestNode.start("a"); TestNode b = TestNode.start("b"); TestNode c = TestNode.start("c")) {
            a.episode("first");
            syncAll(a, b, c);
            Actor before = actor(a);
            a.bean(LocalNode.class).renew(before, null, "a test says so");
            Actor renewed = actor(a);
            assertThat(renewed).isNotEqualTo(before);
            for (int round = 0; round < 6; round++) {
                a.episode("round " + round);
                syncAll(a, b, c);
            }
            assertThat(List.of(actor(a), actor(b).nodeId(), actor(c).nodeId()))
                    .isEqualTo(List.of(renewed, new NodeId("b"), new NodeId("c")));
            assertThat(b.digests()).isEqualTo(a.digests());
            assertThat(c.digests()).isEqualTo(a.digests());
            assertThat(conflicts(a) + conflicts(b) + conflicts(c)).isZero();
        }
    }

    @Test
    void connectionsOfBothDirections_endWithTheActor() {
        try (TestNode a = TestNode.start("a"); TestNode b = TestNode.start("b")) {
            syncAll(a, b, b);
            String before = actor(a).name();
            a.bean(LocalNode.class).renew(actor(a), null, "a test says so");
            await().untilAsserted(() -> assertThat(a.bean(ConnectionRegistry.class).count(Direction.OUT))
                    .as("of no use from now on").isZero());
            await().untilAsserted(() -> assertThat(a.bean(ConnectionRegistry.class).count(Direction.IN))
                    .as("told to go").isZero());
            await().untilAsserted(() -> assertThat(b.bean(ConnectionRegistry.class).views())
                    .extracting(ConnectionRegistry.View::actor)
                    .doesNotContain(before));
        }
    }

    /**
     * A connection takes a moment to end, and this process has heard of nothing: another one has taken the new actor.
     */
    @Test
    void whoeverWasToldAnotherActor_hasToConnectAgain_onEitherSide() {
        try (TestNode a = TestNode.start("a"); TestNode b = TestNode.start("b"); TestNode other = a.sibling();
                Exchange dialled = a.bean(QuicClientPool.class).open(a.peer(b).remote());
                Exchange served = b.bean(QuicClientPool.class).open(b.peer(a).remote())) {
            other.bean(LocalNode.class).renew(actor(a), null, "a test says so");
            served.send(new PushRequest(Kind.ALL, Selection.ALL));
            assertRefused("connect again", () -> served.receive(PushReady.class));
            other.bean(LocalNode.class).renew(actor(other), null, "a test says so");
            assertRefused("connect again", () -> a.bean(MeetingCounter.class).begin(EVERYTHING, dialled.session()));
            assertThat(actor(a)).isEqualTo(actor(other));
        }
    }

    /** The peer's answer counts the meetings with the actor that it was told; the new one has had none. */
    @Test
    void renewalInTheMiddleOfAMeeting_isNoEvidenceAgainstTheNewActor() {
        try (TestNode a = TestNode.start("a"); TestNode b = TestNode.start("b")) {
            syncAll(a, b, b);
            try (Exchange exchange = a.bean(QuicClientPool.class).open(a.peer(b).remote())) {
                PushRequest request = a.bean(MeetingCounter.class).begin(EVERYTHING, exchange.session());
                exchange.send(request);
                PushReady ready = exchange.receive(PushReady.class);
                assertThat(ready.met()).isPositive();
                a.bean(LocalNode.class).renew(actor(a), null, "a test says so");
                a.bean(MeetingCounter.class).confirmed(request, ready, exchange.session());
            }
        }
    }

    /** Another process of the node has taken a new actor: this one notices by its database. */
    @Test
    void renewalByAnotherProcess_isOneIncarnationToo() {
        try (TestNode a = TestNode.start("a"); TestNode b = TestNode.start("b"); TestNode other = a.sibling()) {
            syncAll(a, b, b);
            other.bean(LocalNode.class).renew(actor(a), null, "a test says so");
            Actor renewed = actor(other);
            syncAll(a, b, b);
            assertThat(actor(a)).isEqualTo(renewed).isEqualTo(actor(other));
            assertThat(a.jdbc().queryForObject("select actor from node", String.class)).isEqualTo(renewed.name());
        }
    }

    @Test
    void afterARenewal_oneClientsWordIsNotEnoughForAnother_butTwoAre() {
        try (TestNode a = TestNode.start("a", "agentdb.server.open=false", "agentdb.server.tokens[0].name=one",
                "agentdb.server.tokens[0].secret=first", "agentdb.server.tokens[1].name=two",
                        "agentdb.server.tokens[1].secret=second"); TestNode b = TestNode.start("b");
                TestNode c = TestNode.start("c")) {
            Actor before = actor(a);
            assertRefused("it is now", () -> pullFromTheFuture(b, a, "first"));
            Actor once = actor(a);
            assertThat(once).isNotEqualTo(before);
            assertRefused("only when a second client says so too", () -> pullFromTheFuture(b, a, "first"));
            assertThat(actor(a)).isEqualTo(once);
            assertRefused("it is now", () -> pullFromTheFuture(c, a, "second"));
            assertThat(actor(a)).isNotEqualTo(once);
        }
    }

    @Test
    void readerWithoutWritePermission_isNoWitness_andIsServedFromTheStart() {
        try (TestNode a = TestNode.start("a", "agentdb.server.open=false", "agentdb.server.tokens[0].name=reader",
                "agentdb.server.tokens[0].secret=reads", "agentdb.server.tokens[0].permissions.full=read"); TestNode b =
                        TestNode.start("b")) {
            a.episode("for whoever reads");
            Actor before = actor(a);
            assertThat(pullFromTheFuture(b, a, "reads")).isEqualTo(1);
            assertThat(actor(a)).isEqualTo(before);
        }
    }

    /** @return how many records the server says that it sends */
    private static long pullFromTheFuture(TestNode client, TestNode server, String token) {
        DialTarget remote = client.peer(server, token).remote();
        try (Exchange exchange = client.bean(QuicClientPool.class).open(remote)) {
            Actor feed = exchange.session().actor();
            exchange.send(new PullRequest(Map.of(Kind.EPISODES, Cursor.below(feed, 1L << 50)), Selection.ALL, 100,
                    Map.of(Kind.EPISODES, Knowledge.of(Map.of(feed, 1L << 50))), List.of()));
            long records = exchange.receive(PullStart.class).totals().get(Kind.EPISODES);
            Message message = exchange.receive();
            while (!(message instanceof PullEnd)) {
                message = exchange.receive();
            }
            return records;
        } finally {
            client.bean(QuicClientPool.class).disconnect(remote);
        }
    }

    private static void assertRefused(String why, ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(PeerRejected.class).hasMessageContaining(why);
    }

    private static void syncAll(TestNode a, TestNode b, TestNode c) {
        for (TestNode peer : b == c ? List.of(b) : List.of(b, c)) {
            assertThat(a.sync(peer).errors()).isEmpty();
            assertThat(peer.sync(a).errors()).isEmpty();
        }
    }

    private static int conflicts(TestNode node) {
        return node.jdbc().queryForObject("select count(*) from conflicts", Integer.class);
    }

    private static Actor actor(TestNode node) {
        return node.bean(LocalNode.class).actor();
    }
}
