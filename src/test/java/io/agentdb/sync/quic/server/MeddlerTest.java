package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.ClaimRequest;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.version.Actor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that say of others what they may not, or what is not so: nobody else loses anything by it. */
class MeddlerTest {

    private static final Knowledge EVERYTHING_OF_C = Knowledge.of(Map.of(new Actor("c.cccccccc"), 1L << 62));
    private static TestNode guarded;
    private static TestNode a;
    private static TestNode b;
    private final Loopback loopback = new Loopback();

    @BeforeAll
    static void start() {
        guarded = TestNode.start("guarded", "agentdb.server.open=false",
                "agentdb.server.tokens[0].name=nothing", "agentdb.server.tokens[0].secret=nothing",
                "agentdb.server.tokens[0].permissions.full=none", "agentdb.server.tokens[1].name=skilled",
                        "agentdb.server.tokens[1].secret=skilled", "agentdb.server.tokens[1].permissions.skills=both");
        a = TestNode.start("a");
        b = TestNode.start("b");
    }

    @AfterAll
    static void stop() {
        List.of(a, b, guarded).forEach(TestNode::close);
    }

    @BeforeEach
    void forget() {
        List.of(a, b, guarded).forEach(node -> node.jdbc().update("delete from knowledge"));
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void requestWithoutKinds_isRefused_whateverItWouldTell() {
        assertThat(refused("nothing", new PushRequest(List.of(), Selection.ALL))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused("nothing", new PullRequest(Map.of(), Selection.ALL, 0, Map.of(), List.of())))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused("nothing", new ClaimRequest(List.of()))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(guarded.jdbc().queryForObject("select count(*) from knowledge", Integer.class)).isZero();
    }

    @Test
    void knowledgeOfKindsThatWereNotNamed_isNotLearnt_norIsAnythingBesideIt() {
        assertThatThrownBy(() -> tell(guarded, "skilled", List.of(Kind.SKILLS),
                Map.of(Kind.SKILLS, EVERYTHING_OF_C, Kind.EPISODES, EVERYTHING_OF_C)))
                .isInstanceOfSatisfying(PeerRejected.class, told -> assertThat(told.code())
                        .isEqualTo(ErrorCode.PROTOCOL_VIOLATION));
        assertThat(guarded.jdbc().queryForObject("select count(*) from knowledge", Integer.class)).isZero();
        tell(guarded, "skilled", List.of(Kind.SKILLS), Map.of(Kind.SKILLS, EVERYTHING_OF_C));
        assertThat(guarded.jdbc().queryForList("select kind from knowledge", String.class)).containsExactly("skills");
    }

    @Test
    void readerWhoSaysThatItIsAnotherNode_takesNothingAwayFromThatOne() {
        assertThat(b.sync(a).success() && a.sync(b).success()).isTrue();
        UUID pulled = a.episode("that b has not got yet");
        try (Exchange exchange = loopback.pool(b.bean(LocalNode.class).actor()).open(to(a, null))) {
            exchange.send(new PullRequest(Map.of(Kind.EPISODES, end(a)), Selection.ALL, 0));
            while (!(exchange.receive() instanceof PullEnd)) {
                // Whatever it is given.
            }
        }
        assertThat(b.sync(a).success()).isTrue();
        assertThat(b.jdbc().queryForList("select id from episodes", UUID.class)).contains(pulled);

        UUID pushed = a.episode("that b only gets by a push");
        try (Exchange exchange = loopback.pool(b.bean(LocalNode.class).actor()).open(to(a, null))) {
            exchange.send(new PullRequest(Map.of(Kind.EPISODES, end(a)), Selection.ALL, 0));
            exchange.receive();
        }
        assertThat(a.sync(b).success()).isTrue();
        assertThat(b.jdbc().queryForList("select id from episodes", UUID.class)).contains(pushed);
    }

    @Test
    void inventedActors_takeBoundedRoom_andStopNoPull() {
        Map<Actor, Long> invented = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            invented.put(invented(i), 1L << 62);
        }
        tell(a, null, List.of(Kind.EPISODES), Map.of(Kind.EPISODES, Knowledge.of(invented)));
        assertThat(a.jdbc().queryForObject("select count(*) from knowledge", Integer.class)).isEqualTo(1_000);
        // As a node has it that took all of them, before there was a bound.
        a.jdbc().update("insert into knowledge (kind, actor, xid) select kind, 'flood.' || lpad(translate(i::text,"
                + " '0189', 'abcd'), 8, 'x'), 7"
                        + " from generate_series(1, 15000) i, unnest(array['episodes', 'skills', 'edges']) kind");
        UUID episode = b.episode("honest");
        assertThat(a.sync(b).success()).isTrue();
        assertThat(b.sync(a).success()).isTrue();
        assertThat(a.jdbc().queryForList("select id from episodes", UUID.class)).contains(episode);
        assertThat(b.jdbc().queryForObject("select count(*) from knowledge", Integer.class))
                .as("nor are they passed on").isLessThanOrEqualTo(3_000);
    }

    private static Actor invented(int number) {
        StringBuilder name = new StringBuilder();
        for (int i = 0, rest = number; i < 8; i++, rest /= 26) {
            name.append((char) ('a' + rest % 26));
        }
        return new Actor("invented." + name);
    }

    private void tell(TestNode node, String token, List<Kind> kinds, Map<Kind, Knowledge> told) {
        try (Exchange exchange = loopback.pool().open(to(node, token))) {
            exchange.send(new PushRequest(kinds, Selection.ALL));
            exchange.receive(PushReady.class);
            exchange.send(new PushEnd(told));
            exchange.receive(PushDone.class);
        }
    }

    private ErrorCode refused(String token, Message request) {
        try (Exchange exchange = loopback.pool().open(to(guarded, token))) {
            exchange.send(request);
            exchange.receive();
            return null;
        } catch (PeerRejected refused) {
            return refused.code();
        }
    }

    private static Cursor end(TestNode node) {
        return new Cursor(node.bean(LocalNode.class).actor(),
                node.jdbc().queryForObject("select max(feed_xid) from episodes", Long.class), new UUID(-1, -1));
    }

    private static DialTarget to(TestNode node, String token) {
        return Loopback.to("127.0.0.1", node.bean(QuicServer.class), token, null);
    }
}
