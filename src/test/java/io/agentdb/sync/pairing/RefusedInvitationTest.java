package io.agentdb.sync.pairing;

import static io.agentdb.sync.pairing.PairingTest.join;
import static io.agentdb.sync.pairing.PairingTest.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.FreePort;
import io.agentdb.sync.admission.GrantedTokens;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.home.KeptSecret;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.protocol.Doorkeeper;
import io.agentdb.sync.protocol.Message.NotJoined;
import io.agentdb.sync.quic.tls.Certificates;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.version.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Each refusal says what was wrong; and nothing is kept of a try that came to nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedInvitationTest {

    @TempDir
    static Path certificates;
    private TestNode olga;
    /** Another process of the same node. */
    private TestNode second;
    private TestNode bob;
    private Asked asked;

    @BeforeAll
    void start() {
        Certificates.Pair shared = new Certificates(certificates, "shared").issue("localhost");
        String[] settings = {"agentdb.server.open=false", "agentdb.server.auth-token=olgas-own",
                "agentdb.server.tls.cert=" + shared.cert(), "agentdb.server.tls.key=" + shared.key()};
        olga = TestNode.start("olga", settings);
        second = olga.sibling(settings);
        bob = TestNode.start("bob", "agentdb.client.timeout=3s");
        asked = new Asked(olga, bob);
    }

    @AfterAll
    void stop() {
        bob.close();
        second.close();
        olga.close();
    }

    @AfterEach
    void part() {
        for (TestNode node : new TestNode[] {olga, bob}) {
            Peers peers = node.bean(Peers.class);
            peers.all().forEach(peer -> peers.remove(peer.name()));
            node.jdbc().update("delete from peer_tokens");
            node.jdbc().update("delete from node_credentials");
            node.jdbc().update("delete from sync_state");
            node.bean(GrantedTokens.class).refresh();
        }
    }

    @Test
    void expiredInvitation_isRefusedByTheInvitersClock() {
        String text = asked.invite("{\"for\": \"1m\"}");
        olga.jdbc().update("update invitations set expires_at = now() - interval '1 second'");
        asked.join(text).refuses(409, "invitation-expired", "has expired", "by the clock of node olga",
                "this node's: ask for a new one");
        assertThat(asked.<Number>said("$.clockOffsetSeconds").intValue()).isBetween(-2, 2);
        assertThat(asked.<String>said("$.expiresAt")).isNotBlank();
        nothingIsLeft();
    }

    @Test
    void usedInvitation_isRefused_withWhoAndWhen() {
        String text = asked.invite("{}");
        String token = "peer." + KeptSecret.random();
        olga.bean(Doorkeeper.class).answer(join(text, "carl", token, Instant.now()), "10.0.0.1:9");
        asked.join(text).refuses(409, "invitation-used", "node carl has used it at 20");
        String id = olga.jdbc().queryForObject("select id::text from invitations where used_by = 'carl'",
                String.class);
        asked.at(olga, "DELETE", "/invitations/" + id, null).refuses(409, "invitation-used", "DELETE /peers/carl");
    }

    @Test
    void withdrawnInvitation_isRefused_andListedAsWithdrawn() {
        String text = asked.invite("{}");
        String id = asked.said("$.id");
        asked.at(olga, "DELETE", "/invitations/" + id, null).is(204);
        asked.at(olga, "DELETE", "/invitations/" + id, null).is(204);
        assertThat(asked.at(olga, "GET", "/invitations/" + id, null).<String>said("$.state")).isEqualTo("withdrawn");
        asked.join(text).refuses(409, "invitation-withdrawn", "good for nobody");
        asked.at(olga, "DELETE", "/invitations/" + new UUID(1, 2), null).refuses(404,
                "unknown-invitation", "there is no invitation");
    }

    @Test
    void invitationThatItsNodeHasForgotten_isRefused() {
        String text = asked.invite("{}");
        olga.jdbc().update("delete from invitations");
        asked.join(text).refuses(409, "invitation-unknown", "does not know the invitation");
    }

    @Test
    void mistypedText_anothersVersion_andOnesOwn_areRefusedWithoutAskingAnybody() {
        String text = asked.invite("{}");
        asked.join(text.substring(0, 40)).refuses(400, "invitation-unreadable", "not whole");
        asked.join(text.replace("invite:1:", "invite:7:")).refuses(400, "invitation-version", "compatible releases");
        new Asked(olga, olga).join(text).refuses(409, "invitation-own", "for another one");
        asked.at(bob, "POST", "/invitations/join", "{}").is(400);
    }

    @Test
    void unreachableAddresses_areNamedOneByOne_withWhatToLookAt() {
        int nobody = FreePort.udp();
        String text = asked.invite("{\"addresses\": [\"127.0.0.1:" + nobody + "\", \"no.such.host.invalid\"]}");
        asked.join(text).refuses(502, "inviter-unreachable", "nothing listens at", "UDP", "firewall", "is good until");
        assertThat(asked.<List<Map<String, String>>>said("$.tried")).extracting(one -> one.get("address"))
                .containsExactlyInAnyOrder("127.0.0.1:" + nobody, "no.such.host.invalid:" + olga.quicPort());
    }

    @Test
    void firstAddressThatAnswers_isTheOneThatIsKept() {
        String text = asked.invite("{\"addresses\": [\"127.0.0.1:" + olga.quicPort() + "\", \"localhost:"
                + olga.quicPort() + "\"]}");
        asked.join(text).is(201);
        assertThat(asked.<String>said("$.peer.address")).isEqualTo("127.0.0.1:" + olga.quicPort());
    }

    @Test
    void somebodyElseAtTheAddress_isNotTrusted_andHearsNothing() {
        TestNode mallory = TestNode.start("mallory");
        try {
            String text = asked.invite("{\"addresses\": [\"127.0.0.1:" + mallory.quicPort() + "\"]}");
            asked.join(text).refuses(502, "inviter-not-trusted", "somebody answers who is not the node", "fingerprint",
                    "Nothing was sent");
        } finally {
            mallory.close();
        }
    }

    @Test
    void clocksThatDiffer_areRefused_andTheInvitationStaysGood() {
        String text = asked.invite("{}");
        Doorkeeper door = olga.bean(Doorkeeper.class);
        for (Duration off : List.of(Duration.ofMinutes(6), Duration.ofMinutes(-6))) {
            NotJoined no = (NotJoined) door.answer(join(text, "carl", "peer." + KeptSecret.random(),
                    Instant.now().plus(off)), "10.0.0.1:9");
            assertThat(no.reason()).isEqualTo("clocks");
            assertThat(JoinWords.refusal(InvitationText.read(text), no, no.clock().plus(off))).hasMessageContaining(
                    "is 6 min " + (off.isNegative() ? "ahead of" : "behind") + " this node's").hasMessageContaining(
                    "still good");
        }
        asked.join(text).is(201);
    }

    @Test
    void names_andNodes_thatAreKnown_areRefused_onEitherSide() {
        bob.bean(Peers.class).save(bob.peer(olga), null);
        String text = asked.invite("{}");
        asked.join(text).refuses(409, "peer-exists", "a peer 'olga' already", "another name");
        asked.at(bob, "POST", "/invitations/join", "{\"text\": \"" + text + "\", \"name\": \"a b\"}")
                .refuses(400, "validation", "a peer's name");
        asked.at(bob, "POST", "/invitations/join", "{\"text\": \"" + text + "\", \"name\": \"other\"}").is(201);
        asked.at(bob, "POST", "/invitations/join", "{\"text\": \"" + asked.invite("{}")
                + "\", \"name\": \"third\"}").refuses(409, "node-known", "is the peer 'other' already");
        part();

        text = asked.invite("{\"name\": \"here\"}");
        olga.bean(Peers.class).save(new Peer(new PeerName("here"), bob.peer(olga).address(), null,
                null, Kind.ALL, Selection.ALL, null,
                Peer.Origin.API), null);
        asked.join(text).refuses(409, "join-refused", "another peer 'here'");
        asked.at(olga, "POST", "/invitations", "{\"name\": \"here\"}").refuses(409, "not-invited", "already");
        part();

        olga.jdbc().update("insert into node_credentials (node_id, credential) values ('bob', 'olgas-own')");
        asked.join(asked.invite("{}")).refuses(409, "join-refused", "known by the credential 'olgas-own'",
                "DELETE /nodes/bob/credential");
        asked.at(bob, "DELETE", "/nodes/olga/credential", null).is(204);
        bob.jdbc().update("insert into node_credentials (node_id, credential) values ('olga', 'bobs-own')");
        asked.join(asked.invite("{}")).refuses(409, "node-known", "known by the credential 'bobs-own'");
        nothingIsLeft();
    }

    @Test
    void wrongRequests_areRefused() {
        asked.at(olga, "POST", "/invitations", "{\"for\": \"25h\"}").refuses(400, "validation", "for must be");
        asked.at(olga, "POST", "/invitations", "{\"for\": \"soon\"}").refuses(400, "validation", "no duration");
        asked.at(olga, "POST", "/invitations", "{\"addresses\": [\"a/b\"]}").refuses(400, "validation",
                "not an address");
        asked.at(olga, "POST", "/invitations", "{\"addresses\": [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\""
                + ",\"h\",\"i\"]}").refuses(400, "validation", "at most 8");
        asked.at(olga, "POST", "/invitations", "{\"name\": \"-x\"}").refuses(400, "validation", "a peer's name");
    }

    @Test
    void wrongSecrets_areAnsweredTenTimesAMinute_fromOneAddress() {
        String text = asked.invite("{}");
        olga.jdbc().update("delete from invitations");
        Doorkeeper door = olga.bean(Doorkeeper.class);
        String last = "";
        for (int i = 0; i < 11; i++) {
            last = reason(door.answer(join(text, "carl", "peer." + KeptSecret.random(), Instant.now()), "10.9.9.9:1"));
        }
        assertThat(last).isEqualTo("too-many");
        assertThat(reason(door.answer(join(text, "carl", "peer." + KeptSecret.random(), Instant.now()),
                "10.9.9.10:1"))).as("another address").isEqualTo("unknown");
    }

    /** Made by one process, shown to the other; and the token that came of it is good at both, at once. */
    @Test
    void everyProcessOfANode_honoursItsInvitations_andTheTokens() {
        String text = asked.invite("{\"addresses\": [\"127.0.0.1:" + second.quicPort() + "\"]}");
        asked.join(text).is(201);
        String token = bob.jdbc().queryForObject("select auth_token from peers where name = 'olga'", String.class);
        assertThat(bob.sync(bob.peer(olga, token), RunOptions.DEFAULT).errors()).isEmpty();
        asked.at(second, "GET", "/invitations", null).is(200);
        assertThat(asked.<List<String>>said("$[?(@.usedBy == 'bob')].peer")).contains("bob");
        assertThat(olga.bean(Peers.class).find(new PeerName("bob"))).isPresent();
    }

    /** Neither a peer nor a token that would be accepted. */
    private void nothingIsLeft() {
        assertThat(bob.bean(Peers.class).all()).isEmpty();
        assertThat(bob.jdbc().queryForObject("select count(*) from peer_tokens", Integer.class)).isZero();
        assertThat(olga.bean(Peers.class).all()).isEmpty();
        assertThat(bob.bean(GrantedTokens.class).peerOf(new NodeId("olga"))).isEmpty();
    }
}
