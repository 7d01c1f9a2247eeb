package io.agentdb.sync.pairing;

import static io.agentdb.sync.pairing.PairingTest.join;
import static io.agentdb.sync.pairing.PairingTest.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.admission.GrantedTokens;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.protocol.Doorkeeper;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Joined;
import io.agentdb.sync.protocol.Message.NotJoined;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.version.NodeId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** However joins meet each other, what two peers show each other is what they accept. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JoinsAtOnceTest {

    private static final NodeId OLGA = new NodeId("olga");

    private TestNode olga;
    private TestNode bob;
    private Asked asked;

    @BeforeAll
    void start() {
        olga = TestNode.start("olga", "agentdb.server.open=false", "agentdb.server.auth-token=olgas-own");
        bob = TestNode.start("bob", "agentdb.server.open=false", "agentdb.server.auth-token=bobs-own");
        asked = new Asked(olga, bob);
    }

    @AfterAll
    void stop() {
        olga.close();
        bob.close();
    }

    @AfterEach
    void part() {
        for (TestNode node : List.of(olga, bob)) {
            Peers peers = node.bean(Peers.class);
            peers.all().forEach(peer -> peers.remove(peer.name()));
            node.jdbc().update("delete from invitations");
            node.jdbc().update("delete from peer_tokens");
            node.jdbc().update("delete from node_credentials");
        }
    }

    @Test
    void invitationThatIsSentTwiceAtOnce_pairsOnce_withTokensThatHold() throws Exception {
        String text = asked.invite("{}");
        List<CompletableFuture<Asked>> tries = IntStream.range(0, 4).mapToObj(i -> OwnThread.get(() ->
                new Asked(olga, bob).join(text))).toList();
        for (CompletableFuture<Asked> one : tries) {
            // Who comes when all is done hears that the two are peers.
            assertThat(one.get(60, TimeUnit.SECONDS).body()).containsAnyOf("nameThere", "node-known");
        }
        for (TestNode node : List.of(olga, bob)) {
            Peer peer = node.bean(Peers.class).all().get(0);
            assertThat(node.sync(peer, RunOptions.DEFAULT).errors()).isEmpty();
        }
    }

    @Test
    void ofTwoWhoJoinAtOnce_exactlyOneIsLetIn() throws Exception {
        String text = asked.invite("{}");
        Doorkeeper door = olga.bean(Doorkeeper.class);
        List<CompletableFuture<Message>> answers = IntStream.range(0, 6).mapToObj(i -> OwnThread.get(() ->
                door.answer(join(text, "node-" + i, "peer." + ("" + i).repeat(32), Instant.now()), "10.0.0." + i
                        + ":9"))).toList();
        List<Message> all = new ArrayList<>();
        for (CompletableFuture<Message> answer : answers) {
            all.add(answer.get(60, TimeUnit.SECONDS));
        }
        assertThat(all.stream().filter(Joined.class::isInstance)).hasSize(1);
        assertThat(all.stream().filter(NotJoined.class::isInstance).map(PairingTest::reason)).hasSize(5)
                .containsOnly("used");
        assertThat(olga.bean(Peers.class).all()).hasSize(1);
    }

    @Test
    void secondInvitationOfOneInviter_leavesTheTokenOfTheFirst() {
        String first = asked.invite("{}");
        assertThat(olga.bean(Doorkeeper.class).answer(join(first, "bob", prepare(), Instant.now()), "127.0.0.1:9"))
                .as("its answer is under way").isInstanceOf(Joined.class);
        asked.join(asked.invite("{}")).refuses(409, "join-refused", "is the peer 'bob' already");
        asked.join(first).is(201);
        assertThat(bob.sync(bob.bean(Peers.class).all().get(0), RunOptions.DEFAULT).errors()).isEmpty();
        assertThat(bob.bean(GrantedTokens.class).accepts(olga.bean(Peers.class).all().get(0).authToken())).isTrue();
    }

    @Test
    void tokenThatAnotherTryHasDropped_isAcceptedAllTheSame_onceItsNodeHasAnswered() {
        GrantedTokens granted = bob.bean(GrantedTokens.class);
        String token = prepare();
        granted.drop(OLGA);
        granted.settle(OLGA, "olga", token);
        granted.refresh();
        assertThat(granted.accepts(token)).isTrue();
        assertThat(granted.peerOf(OLGA)).contains("olga");
    }

    /** The answer to the first was lost: the inviter has this node's token as its peer's. */
    @Test
    void tryThatIsSentAway_canBeRepeated() {
        TestNode inviter = TestNode.start("olga", "agentdb.server.open=false", "agentdb.server.auth-token=hers");
        try {
            Asked both = new Asked(inviter, bob);
            String forgotten = both.invite("{}");
            inviter.jdbc().update("delete from invitations");
            String text = both.invite("{}");
            Doorkeeper door = inviter.bean(Doorkeeper.class);
            assertThat(door.answer(join(text, "bob", prepare(), Instant.now()), "127.0.0.1:9"))
                    .isInstanceOf(Joined.class);
            for (int i = 0; i < 10; i++) {
                assertThat(reason(door.answer(join(forgotten, "carl", "peer." + "x".repeat(32), Instant.now()),
                        "127.0.0.1:9"))).isEqualTo("unknown");
            }
            both.join(text).refuses(429, "too-many-joins");
            // It counts anew then.
            inviter.restart();
            both.join(text).is(201);
            assertThat(bob.sync(bob.bean(Peers.class).all().get(0), RunOptions.DEFAULT).errors()).isEmpty();
        } finally {
            inviter.close();
        }
    }

    /** A double click whose second half has looked before the first one was done. */
    @Test
    void joinThatHasLookedBeforeAnotherIsDone_takesNothingFromIt() throws Exception {
        String text = asked.invite("{}");
        asked.join(text).is(201);
        Peer done = bob.bean(Peers.class).all().get(0);
        CompletableFuture<Asked> second = bob.bean(Peers.class).alone(() -> {
            bob.jdbc().update("delete from peers");
            CompletableFuture<Asked> late = OwnThread.get(() -> new Asked(olga, bob).join(text));
            awaitWaiting(bob, "advisory");
            bob.bean(Peers.class).save(done, null);
            return late;
        });
        second.get(60, TimeUnit.SECONDS).refuses(409, "node-known", "is the peer 'olga' already");
        tokensHold();
    }

    @Test
    void nodesThatJoinByEachOthersInvitations_atOnce_arePeersWhoseTokensHold() throws Exception {
        String olgas = asked.invite("{}");
        String bobs = new Asked(bob, olga).invite("{}");
        try (Connection one = olga.jdbc().getDataSource().getConnection();
                Connection other = bob.jdbc().getDataSource().getConnection()) {
            // So that each has asked before the other answers.
            lockInvitations(one);
            lockInvitations(other);
            CompletableFuture<Asked> fromBob = OwnThread.get(() -> new Asked(olga, bob).join(olgas));
            CompletableFuture<Asked> fromOlga = OwnThread.get(() -> new Asked(bob, olga).join(bobs));
            awaitWaiting(olga, "relation");
            awaitWaiting(bob, "relation");
            one.commit();
            other.commit();
            fromBob.get(60, TimeUnit.SECONDS).is(201);
            fromOlga.get(60, TimeUnit.SECONDS).is(201);
        }
        tokensHold();
        assertThat(olga.bean(Peers.class).all()).singleElement().matches(peer -> peer.dials() == null);
        assertThat(bob.bean(Peers.class).all()).singleElement().matches(peer -> peer.dials() == null);
    }

    /** What a join of bob by an invitation of olga sends. */
    private String prepare() {
        String token = bob.bean(GrantedTokens.class).prepare(OLGA, "olga", Instant.now().plusSeconds(600));
        bob.bean(GrantedTokens.class).refresh();
        return token;
    }

    private void tokensHold() {
        for (TestNode node : List.of(olga, bob)) {
            assertThat(node.bean(Peers.class).all()).singleElement().satisfies(peer ->
                    assertThat(node.sync(peer, RunOptions.DEFAULT).errors()).isEmpty());
        }
    }

    private static void lockInvitations(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table invitations in access exclusive mode");
        }
    }

    private static void awaitWaiting(TestNode node, String what) {
        await().atMost(Duration.ofSeconds(15)).until(() -> node.jdbc().queryForObject("select exists (select from"
                + " pg_locks join pg_database on pg_database.oid = database where datname = current_database()"
                + " and locktype = ? and not granted)", Boolean.class, what));
    }
}
