package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.FreePort;
import io.agentdb.sync.cli.CommandRun.Place;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Pairing two nodes by one text, from the command line. */
class PairingVerbsTest extends WithNode {

    @AfterEach
    void part() {
        text("peers", "list", "-o", "tsv").lines().skip(1).forEach(peer -> text("peers", "remove",
                peer.split("\t")[0]));
        CommandRun run = there().run("peers", "list", "-o", "tsv");
        run.out().lines().skip(1).forEach(peer -> there().run("peers", "remove", peer.split("\t")[0]));
    }

    @Test
    void twoNodes_arePairedInThreeCommands_andSynchronize() {
        CommandRun invited = operator().run("peers", "invite", "friend", "--for", "10m");
        assertThat(invited.status()).as(invited.err()).isZero();
        assertThat(invited.out()).as("the text alone, to be piped").matches("agentdb-invite:1:[\\w-]+\n");
        assertThat(invited.err()).contains("Good for one node until", "in 9 min", "127.0.0.1:" + node.quicPort(),
                "agentdb-sync peers join -");
        CommandRun joined = there().saying(invited.out()).run("peers", "join", "-");
        assertThat(joined.status()).as(joined.err()).isZero();
        assertThat(joined.out()).contains("Joined here at 127.0.0.1:" + node.quicPort(), "calls this node friend",
                "agentdb-sync sync here");
        assertThat(text("peers")).contains("friend", "127.0.0.1:" + other.quicPort());
        node.episode("from the one who invited");
        assertThat(text("sync", "friend")).contains("1 pushed");
        assertThat(there().run("sync", "here").status()).isZero();
        assertThat(other.digests()).isEqualTo(node.digests());
        assertThat(text("peers", "invitations")).contains("STATE", "used", "robot", "there", "friend");
    }

    @Test
    void programs_getDocuments_andStatusesByWhatToDoNext() {
        JsonNode made = json("peers", "invite");
        String text = made.path("text").asString();
        assertThat(made.path("fingerprint").asString()).hasSize(95);
        assertThat(json("peers", "withdraw", made.path("id").asString()).path("withdrawn").asString())
                .isEqualTo(made.path("id").asString());
        assertThat(fails(6, there(), "peers", "join", text)).contains("good for nobody");
        assertThat(json("peers", "invitations").path("items").path(0).path("state").asString()).isEqualTo("withdrawn");
        assertThat(fails(2, there(), "peers", "join", text.substring(0, 50))).contains("not whole")
                .doesNotContain(text.substring(20, 50));
        assertThat(fails(5, operator(), "peers", "withdraw", "00000000-0000-0000-0000-000000000000"))
                .contains("no invitation");
        String nowhere = json("peers", "invite", "--address", "127.0.0.1:" + FreePort.udp()).path("text").asString();
        assertThat(fails(7, there(), "peers", "join", nowhere)).contains("was reached at none of its addresses", "UDP");
        assertThat(fails(2, operator(), "peers", "invite", "--for", "3d")).contains("from 1m to 24h");
        assertThat(fails(2, there().saying(""), "peers", "join", "-")).contains("stdin");
    }

    @Test
    void viewers_neitherInviteNorJoin_norWithdraw() {
        String text = json("peers", "invite").path("text").asString();
        assertThat(fails(4, viewer(), "peers", "invite")).isNotBlank();
        assertThat(fails(4, viewer(), "peers", "join", text)).isNotBlank();
        assertThat(fails(4, viewer(), "peers", "withdraw", "00000000-0000-0000-0000-000000000000")).isNotBlank();
        assertThat(viewer().run("peers", "invitations").out()).contains("open").doesNotContain(text);
    }

    @Test
    void peerThatOnlyDials_isNoReasonToWait() {
        String text = json("peers", "invite").path("text").asString();
        CommandRun joined = there().run("peers", "join", text, "--address", "127.0.0.1:9", "--name", "far");
        assertThat(joined.status()).as(joined.err()).isZero();
        assertThat(joined.err()).contains("does not reach this node");
        assertThat(text("status")).contains("there: only it dials");
        assertThat(text("peers")).contains("DIALS", "they");
        assertThat(fails(6, operator(), "sync")).contains("when they dial");
    }

    private Place there() {
        return Place.of(home).with("AGENTDB_SYNC_URL", other.url(""));
    }
}
