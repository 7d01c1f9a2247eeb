package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets to see pages, over real HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
public class SignInTest {

    public static final String[] USERS = {"agentdb.admin.open=false", "agentdb.admin.max-failed-logins-per-minute=1000",
            "agentdb.admin.users[0].name=olga", "agentdb.admin.users[0].password=olgas",
            "agentdb.admin.users[0].role=operator", "agentdb.admin.users[1].name=victor",
            "agentdb.admin.users[1].password=victors", "agentdb.admin.users[2].name=robot",
            "agentdb.admin.users[2].token=robots-token"};

    private TestNode node;

    @BeforeAll
    void start() {
        node = TestNode.start("signin", USERS);
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void stranger_isSentToSignIn_andThenToWhereHeWantedToGo() throws Exception {
        PageReader stranger = new PageReader(node);
        HttpResponse<String> sent = stranger.get("/ui/help?x=1");
        assertThat(sent.statusCode()).isEqualTo(303);
        assertThat(sent.headers().firstValue("Location")).hasValue("/ui/login?to=%2Fui%2Fhelp%3Fx%3D1");
        assertThat(sent.headers().firstValue("WWW-Authenticate")).as("a dialog that nobody can leave").isEmpty();
        HttpResponse<String> page = stranger.get("/ui/login?to=%2Fui%2Fhelp%3Fx%3D1");
        assertThat(page.body()).contains("admin-password", "value=\"/ui/help?x=1\"").doesNotContain("Overview");
        HttpResponse<String> in = stranger.post("/ui/login", "name", "olga", "secret", "olgas", "to", "/ui/help?x=1");
        assertThat(in.statusCode()).isEqualTo(302);
        assertThat(in.headers().firstValue("Location")).hasValueSatisfying(to -> assertThat(to)
                .endsWith("/ui/help?x=1"));
        assertThat(in.headers().firstValue("Set-Cookie")).hasValueSatisfying(cookie -> assertThat(cookie)
                .startsWith("agentdb-signin=olga:").contains("HttpOnly", "SameSite=Strict", "Path=/ui"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example/", "https://evil.example/", "/ui/\\evil", "/status", "/ui/logout",
            "javascript:alert(1)"})
    void wayBack_leadsToPagesOfThisNodeAlone(String to) throws Exception {
        HttpResponse<String> in = new PageReader(node).post("/ui/login", "name", "olga", "secret", "olgas", "to", to);
        assertThat(in.headers().firstValue("Location")).hasValueSatisfying(place -> assertThat(place).endsWith("/ui/")
                .doesNotContain("evil"));
    }

    @Test
    void wrongSecret_isToldOnThePage_andTooMany_whenToComeAgain() throws Exception {
        HttpResponse<String> wrong = new PageReader(node).post("/ui/login", "name", "olga", "secret", "no");
        assertThat(wrong.statusCode()).isEqualTo(403);
        assertThat(wrong.body()).contains("not one of this node", "value=\"olga\"").doesNotContain("value=\"no\"");
        assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();
        try (TestNode strict = node.sibling(with("agentdb.admin.max-failed-logins-per-minute=2"))) {
            PageReader guesser = new PageReader(strict);
            guesser.post("/ui/login", "name", "olga", "secret", "1");
            guesser.post("/ui/login", "name", "olga", "secret", "2");
            HttpResponse<String> more = guesser.post("/ui/login", "name", "olga", "secret", "olgas");
            assertThat(more.statusCode()).isEqualTo(429);
            assertThat(more.headers().firstValue("Retry-After")).hasValue("60");
            assertThat(more.body()).contains("Try again in a minute");
        }
    }

    @Test
    void token_signsIn_withoutAName() throws Exception {
        assertThat(new PageReader(node).signedIn("", "robots-token").get("/ui/").body()).contains("robot", "viewer");
    }

    @Test
    void session_holdsInOtherProcesses_andAfterARestart() throws Exception {
        String cookie = new PageReader(node).signedIn("olga", "olgas").cookie();
        try (TestNode sibling = node.sibling(USERS)) {
            assertThat(new PageReader(sibling, cookie).get("/ui/help").statusCode()).isEqualTo(200);
        }
        node.restart();
        assertThat(new PageReader(node, cookie).get("/ui/help").statusCode()).isEqualTo(200);
    }

    @Test
    void signedOut_copiesOfTheCookieAreWorthNothing_norIsAnotherPasswords() throws Exception {
        PageReader olga = new PageReader(node).signedIn("olga", "olgas");
        String copy = olga.cookie();
        try (TestNode other = node.sibling(with("agentdb.admin.users[0].password=new"))) {
            assertThat(new PageReader(other, copy).get("/ui/help").statusCode()).isEqualTo(303);
        }
        assertThat(olga.post("/ui/logout").headers().firstValue("Set-Cookie")).hasValueSatisfying(
                gone -> assertThat(gone).contains("Max-Age=0"));
        assertThat(new PageReader(node, copy).get("/ui/help").statusCode()).isEqualTo(303);
    }

    @ParameterizedTest
    @ValueSource(strings = {"agentdb-signin=olga", "agentdb-signin=olga:0:0:0", "agentdb-signin=:::",
            "agentdb-signin=olga:019306f2-0000-4000-8000-000000000000:99999999999:AAAA", "agentdb-other=olga"})
    void forgedCookie_opensNothing(String cookie) throws Exception {
        assertThat(new PageReader(node, cookie).get("/ui/help").statusCode()).isEqualTo(303);
    }

    @Test
    void session_ofSomebodyElse_isNoSession() throws Exception {
        String victors = new PageReader(node).signedIn("victor", "victors").cookie();
        assertThat(new PageReader(node, victors.replace("victor", "olga")).get("/ui/help").statusCode())
                .isEqualTo(303);
    }

    @Test
    void formOfAnotherOrigin_isRefused_andSoIsOneThatHidesIt() throws Exception {
        PageReader olga = new PageReader(node).signedIn("olga", "olgas");
        for (String origin : List.of("http://evil.example", "null")) {
            assertThat(olga.postFrom(origin, "/ui/peers/sync").statusCode()).as(origin).isEqualTo(403);
            assertThat(olga.postFrom(origin, "/ui/login", "name", "olga", "secret", "olgas").statusCode())
                    .as("signing somebody in as another").isEqualTo(403);
        }
    }

    @Test
    void apiTakesNoSession_andPagesNoBasicLogin() throws Exception {
        PageReader olga = new PageReader(node).signedIn("olga", "olgas");
        assertThat(olga.get("/status").statusCode()).isEqualTo(401);
        assertThat(new PageReader(node).get("/ui/help", "Authorization", "Basic b2xnYTpvbGdhcw==").statusCode())
                .isEqualTo(303);
        assertThat(new PageReader(node).get("/ui/parts/count", "HX-Request", "true").headers()
                .firstValue("HX-Redirect")).hasValue("/ui/login");
    }

    @Test
    void root_leadsBrowsersToThePages_andLeavesCallersTheirAnswer() throws Exception {
        HttpResponse<String> browser = new PageReader(node).get("/");
        assertThat(browser.statusCode()).isEqualTo(302);
        assertThat(browser.headers().firstValue("Location")).hasValueSatisfying(
                to -> assertThat(to).endsWith("/ui/"));
        HttpResponse<String> caller = HttpClient.newHttpClient().send(HttpRequest
                .newBuilder(URI.create(node.url("/"))).header("Accept", "application/json").build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(caller.statusCode()).isEqualTo(401);
        assertThat(caller.headers().firstValue("Content-Type")).hasValueSatisfying(
                type -> assertThat(type).startsWith("application/problem+json"));
    }

    @Test
    void everyPage_isUnderAPolicyWithoutExceptions() throws Exception {
        for (String path : List.of("/ui/login", "/ui/help", "/ui/nowhere")) {
            HttpResponse<String> page = new PageReader(node).signedIn("olga", "olgas").get(path);
            assertThat(page.headers().firstValue("Content-Security-Policy")).hasValue("default-src 'none'; script-src"
                    + " 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self';"
                    + " base-uri 'none'; frame-ancestors 'none'");
            assertThat(page.body()).doesNotContainPattern("(?i)\\sstyle=|\\son[a-z]+=|<style|<script(?! src)");
        }
        assertThat(new PageReader(node).signedIn("olga", "olgas").get("/ui/nowhere").statusCode()).isEqualTo(404);
    }

    @Test
    void whatFailsOutsideOfAPage_isAPageToo_withoutATrace() throws Exception {
        PageReader victor = new PageReader(node).signedIn("victor", "victors");
        HttpResponse<String> refused = victor.post("/ui/blocked", "client", "x");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("<h1>That does not work</h1>", "nothing was changed", "Sign out");
        HttpResponse<String> partly = victor.send(victor.request("/ui/blocked", "HX-Request", "true")
                .POST(HttpRequest.BodyPublishers.noBody()).build());
        assertThat(partly.statusCode()).isEqualTo(403);
        assertThat(partly.headers().firstValue("HX-Retarget")).hasValue("#notes");
        assertThat(partly.body()).contains("role=\"alert\"", "nothing was changed").doesNotContain("<h1>");
        HttpResponse<String> refusedByTheFirewall = victor.get("/ui/memory;x=y/z");
        assertThat(refusedByTheFirewall.statusCode()).isEqualTo(400);
        assertThat(refusedByTheFirewall.body()).contains("<h1>That does not work</h1>")
                .doesNotContain("Exception", "\tat ");
        HttpResponse<String> byRest = victor.send(victor.request("/memory;x=y").GET().build());
        assertThat(byRest.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
    }

    @Test
    void formThatIsSentAfterTheSessionsEnd_isSaidToBeLost() throws Exception {
        HttpResponse<String> sent = new PageReader(node).post("/ui/blocked", "client", "x");
        assertThat(sent.statusCode()).isEqualTo(303);
        String place = sent.headers().firstValue("Location").orElseThrow();
        assertThat(new PageReader(node).get(place).body()).contains("what you have just sent was not done");
    }

    @Test
    void files_areKeptByBrowsers_andNeedNoSession() throws Exception {
        String login = new PageReader(node).get("/ui/login").body();
        String style = login.replaceFirst("(?s).*href=\"(/ui/assets/[^\"]+desk.css)\".*", "$1");
        HttpResponse<String> answer = new PageReader(node).get(style);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValueSatisfying(
                kept -> assertThat(kept).contains("immutable", "public"));
        assertThat(new PageReader(node).get(style.replace("desk.css", "htmx.js"), "Accept-Encoding", "gzip")
                .headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(new PageReader(node).get(style.replace("desk.css", "other.js")).statusCode()).isEqualTo(404);
    }

    @Test
    void openNode_asksNobody_andSaysSo() throws Exception {
        try (TestNode open = TestNode.start("opened")) {
            assertThat(new PageReader(open).get("/ui/help").body()).contains("Anybody may do everything")
                    .doesNotContain("Sign out");
            assertThat(new PageReader(open).get("/ui/login").statusCode()).isEqualTo(302);
            assertThat(new PageReader(open).get("/ui/").body()).contains("Switch automatic sync on")
                    .doesNotContain("as a viewer");
            assertThat(new PageReader(open).post("/ui/blocked", "client", "x", "reason", "r".repeat(20_000))
                    .statusCode()).as("what an operator may send").isEqualTo(302);
        }
    }

    private static String[] with(String setting) {
        String name = setting.replaceFirst("=.*", "=");
        return Stream.concat(Arrays.stream(USERS).filter(one -> !one.startsWith(name)),
                Stream.of(setting)).toArray(String[]::new);
    }
}
