package io.agentdb.sync.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.jayway.jsonpath.JsonPath;
import io.agentdb.sync.admission.GrantedTokens;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.protocol.Doorkeeper;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Join;
import io.agentdb.sync.protocol.Message.Joined;
import io.agentdb.sync.protocol.Message.NotJoined;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.version.NodeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;

/** Two nodes become peers of each other by one text, over real QUIC, and what stands against it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PairingTest {

    private TestNode olga;
    private TestNode bob;

    @BeforeAll
    void start() {
        // Not open: whoever comes has to show something.
        olga = TestNode.start("olga", "agentdb.server.open=false", "agentdb.server.auth-token=olgas-own");
        bob = TestNode.start("bob", "agentdb.server.open=false", "agentdb.server.auth-token=bobs-own");
    }

    @AfterAll
    void stop() {
        olga.close();
        bob.close();
    }

    @AfterEach
    void part() {
        for (TestNode node : new TestNode[] {olga, bob}) {
            Peers peers = node.bean(Peers.class);
            peers.all().forEach(peer -> peers.remove(peer.name()));
            node.jdbc().update("delete from invitations");
            node.jdbc().update("delete from peer_tokens");
            node.jdbc().update("delete from node_credentials");
        }
    }

    @Test
    void twoNodes_listEachOther_andSynchronizeBothWays() {
        Asked asked = new Asked(olga, bob);
        String text = asked.invite("{\"name\": \"bobs-laptop\"}");
        assertThat(text).startsWith("agentdb-invite:1:").hasSizeLessThan(300);
        asked.join(text).is(201);
        assertThat(asked.<String>said("$.peer.name")).isEqualTo("olga");
        assertThat(asked.<String>said("$.nameThere")).isEqualTo("bobs-laptop");
        assertThat(asked.<Boolean>said("$.reachesUs")).isTrue();
        Peer there = olga.bean(Peers.class).find(new PeerName("bobs-laptop")).orElseThrow();
        Peer here = bob.bean(Peers.class).find(new PeerName("olga")).orElseThrow();
        assertThat(there.dials()).isNull();
        assertThat(here.dials()).isNull();

        olga.episode("by olga");
        assertThat(olga.sync(there, RunOptions.DEFAULT).errors()).isEmpty();
        bob.episode("by bob");
        assertThat(bob.sync(here, RunOptions.DEFAULT).errors()).isEmpty();
        assertThat(bob.digests()).isEqualTo(olga.digests());
        asked.at(olga, "GET", "/invitations", null).is(200);
        assertThat(asked.<String>said("$[0].state")).isEqualTo("used");
        assertThat(asked.<String>said("$[0].usedBy")).isEqualTo("bob");
        assertThat(asked.<String>said("$[0].peer")).isEqualTo("bobs-laptop");
        assertThat(JsonPath.<Boolean>read(asked.at(olga, "GET", "/peers", null).body(), "$[0].authToken")).isTrue();
    }

    @Test
    void peersThatWereRemoved_areLetInNoMore_andCanBePairedAnew() {
        Asked asked = new Asked(olga, bob);
        asked.join(asked.invite("{}")).is(201);
        Peer here = bob.bean(Peers.class).find(new PeerName("olga")).orElseThrow();
        assertThat(bob.sync(here, RunOptions.DEFAULT).errors()).isEmpty();
        asked.at(olga, "DELETE", "/peers/bob", null).is(204);
        // A run may meet the end of the connection that was open.
        await().untilAsserted(() -> assertThat(bob.sync(here, RunOptions.DEFAULT).errors()).singleElement().asString()
                .contains("token"));
        asked.join(asked.invite("{}")).refuses(409, "node-known", "is the peer 'olga' already");
        asked.at(bob, "DELETE", "/peers/olga", null).is(204);
        asked.join(asked.invite("{}")).is(201);
        assertThat(bob.sync(bob.bean(Peers.class).find(new PeerName("olga")).orElseThrow(), RunOptions.DEFAULT)
                .errors()).isEmpty();
    }

    /** Behind a NAT, say. */
    @Test
    void joinerThatCannotBeReached_isListedAsDiallingAlone_onBothSides_andSynchronizesAllTheSame() {
        Asked asked = new Asked(olga, bob);
        String text = asked.invite("{}");
        asked.at(bob, "POST", "/invitations/join", "{\"text\": \"" + text
                + "\", \"addresses\": [\"127.0.0.1:9\"]}").is(201);
        assertThat(asked.<Boolean>said("$.reachesUs")).isFalse();
        assertThat(asked.<String>said("$.peer.dials")).isEqualTo("we");
        assertThat(asked.at(olga, "GET", "/peers/bob", null).<String>said("$.dials")).isEqualTo("they");
        olga.episode("written by who cannot dial");
        bob.episode("written by who dials");
        asked.at(olga, "POST", "/sync", "{}").refuses(409, "only-they-dial", "when they dial");
        assertThat(bob.sync(bob.bean(Peers.class).find(new PeerName("olga")).orElseThrow(), RunOptions.DEFAULT)
                .errors()).isEmpty();
        assertThat(bob.digests()).isEqualTo(olga.digests());

        asked.at(olga, "PATCH", "/peers/bob", "{\"conflictStrategy\": \"merge\"}").is(200);
        assertThat(asked.<String>said("$.dials")).as("another strategy opens no firewall").isEqualTo("they");
        asked.at(olga, "PATCH", "/peers/bob", "{\"address\": \"127.0.0.1:" + bob.quicPort() + "\"}").is(200);
        assertThat(asked.body()).doesNotContain("dials");
        assertThat(olga.sync(olga.bean(Peers.class).find(new PeerName("bob")).orElseThrow(), RunOptions.DEFAULT)
                .errors()).isEmpty();
        assertThat(asked.at(bob, "GET", "/peers/olga", null).is(200).body()).as("it has come").doesNotContain("dials");
    }

    /** The node has used the invitation up, and its answer never came. */
    @Test
    void tryWhoseAnswerWasLost_canBeRepeated_byTheSameNodeAlone() {
        Asked asked = new Asked(olga, bob);
        String text = asked.invite("{}");
        Doorkeeper door = olga.bean(Doorkeeper.class);
        String token = bob.bean(GrantedTokens.class).prepare(new NodeId("olga"), "olga",
                Instant.now().plusSeconds(60));
        assertThat(door.answer(join(text, "bob", token, Instant.now()), "127.0.0.1:9")).isInstanceOf(Joined.class);
        assertThat(reason(door.answer(join(text, "bob", "peer." + "x".repeat(32), Instant.now()), "127.0.0.1:9")))
                .as("somebody who says that it is bob").isEqualTo("used");
        assertThat(reason(door.answer(join(text, "carl", token, Instant.now()), "127.0.0.1:9"))).isEqualTo("used");
        olga.jdbc().update("update peers set conflict_strategy = 'MERGE'");
        asked.join(text).is(201);
        assertThat(bob.sync(bob.bean(Peers.class).find(new PeerName("olga")).orElseThrow(), RunOptions.DEFAULT)
                .errors()).isEmpty();
        assertThat(olga.bean(Peers.class).all()).singleElement().as("as its operator has it")
                .matches(peer -> peer.strategy() == ConflictStrategy.MERGE);
    }

    @Test
    void restartOfTheNodeThatInvites_leavesItsInvitationsGood() {
        Asked asked = new Asked(olga, bob);
        String text = asked.invite("{}");
        olga.restart();
        asked.join(text).is(201);
        assertThat(asked.<Boolean>said("$.reachesUs")).isTrue();
    }

    @Test
    void unusedInvitation_givesNothingElse() {
        Asked asked = new Asked(olga, bob);
        String secret = InvitationText.read(asked.invite("{}")).secret();
        DialTarget target = new DialTarget("olga", new HostPort("127.0.0.1", olga.quicPort()), secret,
                olga.bean(QuicServer.class).status().fingerprint());
        assertThatThrownBy(() -> bob.bean(QuicClientPool.class).session(target)).isInstanceOf(PeerRejected.class)
                .hasMessageContaining("the token is wrong");
    }

    @Test
    void textSecretAndTokens_areInNoLog_andInNoOtherAnswer() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.start();
        root.addAppender(log);
        try {
            Asked asked = new Asked(olga, bob);
            String text = asked.invite("{}");
            asked.join(text.substring(0, text.length() - 4) + "AAAA").refuses(400, "invitation-unreadable");
            asked.join(text).is(201);
            asked.join(text).is(409);
            List<String> secrets = List.of(text.substring("agentdb-invite:1:".length(), 60),
                    InvitationText.read(text).secret(), token(olga), token(bob));
            List<String> said = new ArrayList<>(log.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
            for (String path : List.of("/invitations", "/peers", "/status", "/log")) {
                said.add(asked.at(olga, "GET", path, null).is(200).body());
                said.add(asked.at(bob, "GET", path, null).is(200).body());
            }
            assertThat(said).hasSizeGreaterThan(10).noneMatch(line -> secrets.stream().anyMatch(line::contains));
            assertThat(said).anyMatch(line -> line.contains("joined by invited:bob"));
        } finally {
            root.detachAppender(log);
        }
    }

    private static String token(TestNode node) {
        return node.jdbc().queryForObject("select auth_token from peers", String.class);
    }

    static String reason(Message answer) {
        return ((NotJoined) answer).reason();
    }

    static Join join(String text, String node, String token, Instant clock) {
        return new Join(Limits.VERSION, InvitationText.read(text).secret(), new NodeId(node), clock, token,
                "AB".repeat(32), List.of(), "test");
    }
}
