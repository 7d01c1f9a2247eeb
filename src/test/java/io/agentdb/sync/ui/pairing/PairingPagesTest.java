package io.agentdb.sync.ui.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.ui.PageReader;
import io.agentdb.sync.ui.SignInTest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Pairing two nodes on pages, as a browser without script does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class PairingPagesTest {

    private static final Pattern TEXT = Pattern.compile("agentdb-invite:1:[\\w-]+");

    private TestNode olgas;
    private TestNode bobs;
    private PageReader olga;
    private PageReader bob;

    @BeforeAll
    void start() throws Exception {
        olgas = TestNode.start("olgas", SignInTest.USERS);
        bobs = TestNode.start("bobs", SignInTest.USERS);
        olga = new PageReader(olgas).signedIn("olga", "olgas");
        bob = new PageReader(bobs).signedIn("olga", "olgas");
    }

    @AfterAll
    void stop() {
        olgas.close();
        bobs.close();
    }

    @AfterEach
    void part() {
        for (TestNode node : new TestNode[] {olgas, bobs}) {
            Peers peers = node.bean(Peers.class);
            peers.all().forEach(peer -> peers.remove(peer.name()));
        }
    }

    @Test
    void twoNodes_becomePeers_byCopyingOneText() throws Exception {
        HttpResponse<String> made = olga.post("/ui/invitations", "name", "bobs-laptop", "for", "1h", "addresses", "");
        String text = text(made);
        assertThat(made.headers().firstValue("Cache-Control").orElseThrow()).contains("no-store");
        assertThat(made.body()).contains("Good for one node", "in 59 min", "127.0.0.1:" + olgas.quicPort(), "Withdraw");
        assertThat(olga.get("/ui/invite").body()).contains("bobs-laptop", "○ open").doesNotContain(text);

        assertThat(bob.post("/ui/join", "text", text, "step", "look").body()).contains("wants to become a peer",
                "olgas", "127.0.0.1:" + olgas.quicPort(), "Become peers with olgas", text, "Both will list each other");
        assertThat(bobs.bean(Peers.class).all()).as("only looked").isEmpty();
        HttpResponse<String> joined = bob.post("/ui/join", "text", text, "step", "join");
        assertThat(joined.statusCode()).as(joined.body()).isEqualTo(302);
        String page = joined.headers().firstValue("Location").orElseThrow().replaceFirst("^https?://[^/]+", "");
        assertThat(bob.get(page).body()).contains("are peers", "Synchronize now")
                .doesNotContain("only this node dials");
        assertThat(olgas.bean(Peers.class).find(new PeerName("bobs-laptop"))).isPresent();
        assertThat(olga.get("/ui/invite").body()).contains("✓ used", "by node <span>bobs</span>");
    }

    @Test
    void refusals_stay_withWhatWasPasted() throws Exception {
        String text = text(olga.post("/ui/invitations", "name", ""));
        String cut = text.substring(0, 60);
        assertThat(bob.post("/ui/join", "text", cut, "name", "olga-here", "step", "look").body()).contains(
                "Not joined:", "not whole", cut + "</textarea>", "value=\"olga-here\"");
        assertThat(olga.post("/ui/join", "text", text, "step", "join").body()).contains("for another one");
        olgas.jdbc().update("update invitations set expires_at = now() - interval '1 second' where used_at is null");
        assertThat(bob.post("/ui/join", "text", text, "step", "join").body()).contains("Not joined:", "has expired",
                "by the clock of node olgas", text + "</textarea>");
        assertThat(olga.post("/ui/invitations", "name", "a b", "addresses", "x:1").body()).contains("Not done:",
                "a peer&#39;s name", "value=\"a b\"", "value=\"x:1\"");
        assertThat(bob.get("/ui/joined/nobody").statusCode()).isEqualTo(404);
    }

    @Test
    void invitation_isWithdrawn_fromTheList() throws Exception {
        String text = text(olga.post("/ui/invitations", "name", "never"));
        String id = olgas.jdbc().queryForObject("select id::text from invitations where name = 'never'", String.class);
        assertThat(olga.post("/ui/invitations/" + id + "/withdraw").statusCode()).isEqualTo(302);
        assertThat(olga.get("/ui/invite").body()).contains("withdrawn");
        assertThat(bob.post("/ui/join", "text", text, "step", "join").body()).contains("good for nobody");
        assertThat(olga.post("/ui/invitations/00000000-0000-0000-0000-000000000000/withdraw").statusCode())
                .isEqualTo(404);
    }

    @Test
    void viewer_seesWhatBecameOfThem_andNoButton() throws Exception {
        PageReader victor = new PageReader(olgas).signedIn("victor", "victors");
        String text = text(olga.post("/ui/invitations", "name", "for-victor"));
        for (String path : new String[] {"/ui/invite", "/ui/join"}) {
            HttpResponse<String> page = victor.get(path);
            assertThat(page.statusCode()).as(path).isEqualTo(200);
            assertThat(page.body().replaceFirst("(?s)<form class=\"who\".*?</form>", "")).as(path)
                    .doesNotContain("method=\"post\"").doesNotContain(text).contains("that takes an operator");
        }
        assertThat(victor.get("/ui/").body()).doesNotContain("Invite a node");
        assertThat(victor.post("/ui/invitations", "name", "x").statusCode()).isEqualTo(403);
        assertThat(victor.post("/ui/join", "text", text, "step", "join").statusCode()).isEqualTo(403);
    }

    @Test
    void peerThatOnlyDials_isShownSo_andNotAsFailing() throws Exception {
        String text = text(olga.post("/ui/invitations", "name", "far"));
        HttpResponse<String> joined = bob.post("/ui/join", "text", text, "addresses", "127.0.0.1:9", "step", "join");
        assertThat(joined.statusCode()).as(joined.body()).isEqualTo(302);
        assertThat(bob.get("/ui/joined/olgas").body()).contains("only this node dials");
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(olga.get("/ui/").body())
                .contains("○ only it dials", "1 is not reached and dials itself"));
    }

    private static String text(HttpResponse<String> page) {
        Matcher found = TEXT.matcher(page.body());
        assertThat(found.find()).as(page.body()).isTrue();
        return found.group();
    }
}
