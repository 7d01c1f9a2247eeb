package io.agentdb.sync.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.FreePort;
import io.agentdb.sync.admission.GrantedTokens;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.version.NodeId;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a join that came to nothing leaves of the token that it has sent: little, and not for long. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailedJoinTest {

    private TestNode olga;
    /** Lets in whoever comes. */
    private TestNode bob;
    private Asked asked;

    @BeforeAll
    void start() {
        olga = TestNode.start("olga", "agentdb.server.open=false", "agentdb.server.auth-token=olgas-own");
        bob = TestNode.start("bob", "agentdb.client.timeout=3s");
        asked = new Asked(olga, bob);
    }

    @AfterAll
    void stop() {
        bob.close();
        olga.close();
    }

    @AfterEach
    void part() {
        bob.jdbc().update("delete from peer_tokens");
        bob.bean(GrantedTokens.class).refresh();
    }

    /** It has the token by then, and all rights by it. */
    @Test
    void inviterThatSaysItIsAnotherNode_isNotTrusted_andItsTokenIsTakenBack() {
        InvitationText real = InvitationText.read(asked.invite("{}"));
        asked.join(new InvitationText(real.secret(), real.expiresAt(), new NodeId("nina"), real.fingerprint(),
                real.addresses()).text()).refuses(502, "inviter-not-trusted", "node olga answers", "of node nina");
        assertThat(bob.jdbc().queryForObject("select count(*) from peer_tokens", Integer.class)).isZero();
    }

    @Test
    void tokenForWhoNeverAnswers_isAcceptedLittleLongerThanItsInvitation_andIsThenDeleted() {
        InvitationText invitation = nobodyAnswers(Instant.now().plus(Duration.ofMinutes(15)));
        String token = bob.jdbc().queryForObject("select pending from peer_tokens", String.class);
        GrantedTokens granted = bob.bean(GrantedTokens.class);
        assertThat(granted.accepts(token)).as("the answer may have been lost").isTrue();
        assertThat(acceptedUntil()).isBetween(invitation.expiresAt().plus(Duration.ofMinutes(5)),
                invitation.expiresAt().plus(Duration.ofMinutes(15)));
        bob.jdbc().update("update peer_tokens set pending_until = now() - interval '1 second'");
        granted.refresh();
        assertThat(granted.accepts(token)).isFalse();
        await().atMost(Duration.ofSeconds(30)).until(() -> bob.jdbc().queryForObject(
                "select count(*) from peer_tokens", Integer.class) == 0);
    }

    /** Whoever invites writes the time into the text. */
    @Test
    void invitationThatSaysItIsGoodForYears_hasItsTokenAcceptedForADay() {
        nobodyAnswers(Instant.now().plus(Duration.ofDays(1_000)));
        assertThat(acceptedUntil()).isBefore(Instant.now().plus(Duration.ofHours(25)));
    }

    @Test
    void nodeWhoseCredentialIsReleased_losesWhatAJoinHasLeft() {
        nobodyAnswers(Instant.now().plus(Duration.ofMinutes(15)));
        String token = bob.jdbc().queryForObject("select pending from peer_tokens", String.class);
        asked.at(bob, "DELETE", "/nodes/olga/credential", null).is(204);
        assertThat(bob.bean(GrantedTokens.class).accepts(token)).isFalse();
        asked.at(bob, "DELETE", "/nodes/olga/credential", null).is(404);
    }

    @Test
    void nodeThatIsLetInWithoutAToken_stillIs_afterAJoinThatFailed() {
        nobodyAnswers(Instant.now().plus(Duration.ofMinutes(15)));
        assertThat(olga.sync(olga.peer(bob), RunOptions.DEFAULT).errors()).isEmpty();
    }

    /** An invitation of olga, and a join that reaches nobody. */
    private InvitationText nobodyAnswers(Instant expiresAt) {
        InvitationText real = InvitationText.read(asked.invite("{\"addresses\": [\"127.0.0.1:" + FreePort.udp()
                + "\"]}"));
        InvitationText invitation = new InvitationText(real.secret(), expiresAt, real.node(), real.fingerprint(),
                real.addresses());
        asked.join(invitation.text()).refuses(502, "inviter-unreachable");
        return invitation;
    }

    private Instant acceptedUntil() {
        return bob.jdbc().queryForObject("select pending_until from peer_tokens", Timestamp.class).toInstant();
    }
}
