package io.agentdb.sync.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.version.NodeId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One text that holds name, addresses, fingerprint and a secret for one use. */
class InvitationTextTest {

    private static final InvitationText INVITATION = new InvitationText("AAECAwQFBgcICQoLDA0ODw",
            Instant.parse("2026-11-30T12:00:00Z"), new NodeId("laptop-olga"), "AB:".repeat(31) + "CD",
            List.of(new HostPort("192.168.1.20", 4433), new HostPort("2001:db8:0:0:0:0:0:1", 4433)));

    @Test
    void text_saysAllOfIt_inOneLineThatFitsInAMessage() {
        String text = INVITATION.text();
        assertThat(text).startsWith("agentdb-invite:1:").matches("[A-Za-z0-9:_-]+").hasSizeLessThan(300);
        assertThat(InvitationText.read(text)).isEqualTo(INVITATION);
    }

    @Test
    void mailsThatBreakItIntoLines_andQuotes_doNoHarm() {
        String text = INVITATION.text();
        assertThat(InvitationText.read("agentdb-sync peers join \"" + text.substring(0, 60) + "\r\n > "
                + text.substring(60) + "\"\n")).isEqualTo(INVITATION);
    }

    /** Whichever of its characters: a wrong address would be dialled, or a wrong fingerprint pinned. */
    @Test
    void everyWrongCharacter_andEveryCut_isNoticed_andNeverQuoted() {
        String text = INVITATION.text();
        int prefix = "agentdb-invite:1:".length();
        for (int i = prefix; i < text.length(); i++) {
            String wrong = text.substring(0, i) + (text.charAt(i) == 'A' ? 'B' : 'A') + text.substring(i + 1);
            String cut = text.substring(0, i);
            for (String one : List.of(wrong, cut)) {
                JoinRefused refused = catchThrowableOfType(JoinRefused.class, () -> InvitationText.read(one));
                if (refused == null) {
                    // The last character has bits that mean nothing.
                    assertThat(InvitationText.read(one)).isEqualTo(INVITATION);
                    assertThat(i).isEqualTo(text.length() - 1);
                } else {
                    assertThat(refused.problem()).isEqualTo(JoinRefused.Problem.UNREADABLE);
                    assertThat(refused).hasMessageContaining("not whole");
                    assertThat(refused.getMessage()).doesNotContain(text.substring(prefix, prefix + 8));
                }
            }
        }
    }

    @Test
    void otherTexts_andOtherVersions_areToldApart() {
        assertThatThrownBy(() -> InvitationText.read("hello")).hasMessageContaining("no invitation");
        assertThatThrownBy(() -> InvitationText.read("x".repeat(1_000_000))).hasMessageContaining("no invitation");
        assertThatThrownBy(() -> InvitationText.read("agentdb-invite:")).hasMessageContaining("not whole");
        assertThatThrownBy(() -> InvitationText.read(INVITATION.text().replace(":1:", ":2:")))
                .hasMessageContaining("compatible releases");
    }

    @Test
    void secret_isInNoToString() {
        assertThat(INVITATION.toString()).contains("laptop-olga").doesNotContain(INVITATION.secret());
    }
}
