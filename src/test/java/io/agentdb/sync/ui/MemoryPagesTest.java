package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.TestNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Finding, reading and changing records on pages, on a real node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class MemoryPagesTest {

    private static final String HOSTILE =
            "</pre><img src=x onerror=alert(1)>\u202Egpj\u200B${7919*7919}[[${7919*7919}]]";

    private TestNode node;
    private PageReader olga;
    private PageReader victor;

    @BeforeAll
    void start() throws Exception {
        node = TestNode.start("memorypage", SignInTest.USERS);
        olga = new PageReader(node).signedIn("olga", "olgas");
        victor = new PageReader(node).signedIn("victor", "victors");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void hostileText_isTextEverywhere_withMarksForWhatHides() throws Exception {
        UUID id = node.episode(HOSTILE);
        for (String page : new String[] {olga.get("/ui/memory").body(), olga.get("/ui/memory/episodes/" + id).body()}) {
            assertThat(page).contains(
                    "&lt;/pre&gt;&lt;img src=x onerror=alert(1)&gt;⟦U+202E⟧gpj⟦U+200B⟧${7919*7919}[[${7919*7919}]]")
                    .doesNotContain("<img", "62710561");
        }
        assertThat(olga.get("/ui/memory/episodes/" + id + "/edit").body()).contains("&lt;/pre&gt;")
                .doesNotContain("<img");
    }

    @Test
    void search_findsWords_keepsItselfInTheAddress_andSaysWhenNothingMatches() throws Exception {
        UUID id = node.episode("rotate the signing keys");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                olga.get("/ui/memory?q=signing+keys").body()).contains(id.toString(), "value=\"signing keys\"",
                        "memorypage"));
        assertThat(olga.get("/ui/memory?q=xyzzy").body()).contains("Nothing matches.");
        assertThat(olga.get("/ui/memory?kind=skills&tags=none").body()).contains("Nothing matches.");
        assertThat(olga.get("/ui/memory?kind=edges").body()).contains("There are no edges here yet.");
        assertThat(olga.get("/ui/memory?minReward=high").statusCode()).isEqualTo(400);
        assertThat(olga.get("/ui/memory?minReward=high").body()).contains("minReward must be a finite number")
                .doesNotContain("Nothing matches");
    }

    @Test
    void pages_goOn_withTheSameFilters() throws Exception {
        for (int i = 0; i < 30; i++) {
            node.jdbc().update("insert into episodes (session_id, task) values ('a&b={c}', ?)", "page " + i);
        }
        String first = olga.get("/ui/memory?sessionId=" + PageReader.encoded("a&b={c}")).body();
        String next = first.replaceFirst("(?s).*href=\"([^\"]+)\" rel=\"next\".*", "$1").replace("&amp;", "&");
        String second = olga.get(next).body();
        assertThat(first).contains("page 29").doesNotContain(">page 0<");
        assertThat(second).contains("page 0", "value=\"a&amp;b={c}\"").doesNotContain("page 29", "rel=\"next\"");
    }

    @Test
    void longText_isCut_withItsSize_andAWayToAllOfIt() throws Exception {
        UUID id = node.episode("long");
        node.jdbc().update("update episodes set output = repeat('a', 9999) || 'END', critique = repeat('b', 500000)"
                + " where id = ?", id);
        String page = olga.get("/ui/memory/episodes/" + id).body();
        assertThat(page).contains("10.0 kB, the beginning", "?whole=output", "output.txt", "500.0 kB, the beginning")
                .doesNotContain("END", "?whole=critique");
        assertThat(olga.get("/ui/memory/episodes/" + id + "?whole=output").body()).contains("aEND");
        HttpResponse<String> file = olga.get("/ui/memory/episodes/" + id + "/critique.txt");
        assertThat(file.body()).hasSize(500_000);
        assertThat(file.headers().firstValue("Content-Disposition")).hasValueSatisfying(
                how -> assertThat(how).startsWith("attachment"));
        assertThat(olga.get("/ui/memory/episodes/" + id + "/edit").body()).contains("too long for a form",
                "critique").doesNotContain("v.critique");
    }

    @Test
    void edit_changesWhatTheFormHas_andIsTakenBack() throws Exception {
        UUID id = node.episode("before");
        node.jdbc().update("update episodes set reward = 0.25, tags = '{a,b}' where id = ?", id);
        String seen = version(id);
        HttpResponse<String> done = olga.post("/ui/memory/episodes/" + id + "/edit", "expected", seen, "v.task",
                "after", "v.reward", "", "v.tags", "c\r\nd");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        assertThat(row(id)).isEqualTo("after null {c,d}");
        assertThat(version(id)).as("it goes to other nodes").isNotEqualTo(seen);
        String undo = done.body().replaceFirst("(?s).*action=\"(/ui/memory/undo/[^\"]+)\".*", "$1");
        assertThat(olga.post(undo).statusCode()).isEqualTo(302);
        assertThat(row(id)).isEqualTo("before 0.25 {a,b}");
        assertThat(olga.post(undo).statusCode()).as("once").isEqualTo(404);
    }

    @Test
    void edit_isNamedOnce_inTheHeadingAndInTheTab() throws Exception {
        String page = olga.get("/ui/memory/episodes/" + node.episode("ok one") + "/edit").body();
        assertThat(page).contains("<title>Edit ok one · ", "<h1>Edit <bdi class=\"u\">ok one</bdi>")
                .doesNotContain("Edit ok one</bdi>");
    }

    @Test
    void form_keepsNumbersInJson_toTheLastDigit() throws Exception {
        UUID id = node.episode("exact");
        node.jdbc().update("update episodes set metadata = '{\"n\": 12345678901234567890.125}' where id = ?", id);
        String place = "/ui/memory/episodes/" + id + "/edit";
        String shown = olga.get(place).body().replaceFirst("(?s).*name=\"v.metadata\"[^>]*>([^<]*)<.*", "$1")
                .replace("&quot;", "\"");
        assertThat(olga.post(place, "expected", version(id), "v.task", "more exact", "v.metadata", shown).statusCode())
                .isEqualTo(200);
        assertThat(node.jdbc().queryForObject("select metadata::text from episodes where id = ?", String.class, id))
                .isEqualTo("{\"n\": 12345678901234567890.125}");
        assertThat(olga.post(place, "expected", version(id), "v.metadata", "{\"n\": 1, \"n\": 2}").body())
                .contains("metadata is not JSON");
    }

    @Test
    void deletion_isTakenBack_butNotOverWhatCameSince() throws Exception {
        UUID id = node.episode("deleted by mistake");
        HttpResponse<String> done = olga.post("/ui/memory/episodes/" + id + "/delete", "expected", version(id));
        assertThat(done.body()).contains("“deleted by mistake” is deleted");
        assertThat(olga.get("/ui/memory/episodes/" + id).statusCode()).isEqualTo(404);
        String undo = done.body().replaceFirst("(?s).*action=\"(/ui/memory/undo/[^\"]+)\".*", "$1");
        assertThat(olga.post(undo).statusCode()).isEqualTo(302);
        assertThat(olga.get("/ui/memory/episodes/" + id).body()).contains("deleted by mistake");

        String again = olga.post("/ui/memory/episodes/" + id + "/edit", "expected", version(id), "v.task", "mine")
                .body().replaceFirst("(?s).*action=\"(/ui/memory/undo/[^\"]+)\".*", "$1");
        node.jdbc().update("update episodes set task = 'since' where id = ?", id);
        assertThat(olga.post(again).statusCode()).isEqualTo(409);
        assertThat(row(id)).startsWith("since");
    }

    @Test
    void editOfAnotherVersion_isRefused_andWhatWasWrittenStays() throws Exception {
        UUID id = node.episode("seen");
        String seen = version(id);
        node.jdbc().update("update episodes set task = 'since' where id = ?", id);
        HttpResponse<String> refused = olga.post("/ui/memory/episodes/" + id + "/edit", "expected", seen, "v.task",
                "what I wrote");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("Somebody has changed the record meanwhile", "what I wrote</textarea>");
        HttpResponse<String> wrong = olga.post("/ui/memory/episodes/" + id + "/edit", "expected", version(id),
                "v.reward", "lots");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("reward must be a number", "value=\"lots\"");
        assertThat(row(id)).startsWith("since");
    }

    @Test
    void whatWasFound_isExported_withTheFiltersOfTheAddress() throws Exception {
        node.episode("numbat {one} & <two>");
        node.episode("numbat three");
        String page = victor.get("/ui/memory?q=numbat+one&sessionId=s").body();
        String place = page.replaceFirst("(?s).*href=\"(/ui/memory/export[^\"]+format=ndjson)\".*", "$1")
                .replace("&amp;", "&");
        HttpResponse<String> lines = victor.get(place);
        assertThat(lines.body().lines()).hasSize(1).first().asString().contains("numbat {one} & <two>");
        assertThat(lines.headers().firstValue("Content-Disposition")).hasValue(
                "attachment; filename=\"agentdb-episodes.ndjson\"");
        assertThat(victor.get("/ui/memory/export?kind=episodes&format=sqlite").headers().firstValue("Content-Type"))
                .hasValue("application/vnd.sqlite3");
        assertThat(victor.get("/ui/memory/export?kind=episodes&format=csv").statusCode()).isEqualTo(400);
    }

    @Test
    void record_saysWhichVersionsItHad_andHowItCameHere() throws Exception {
        UUID id = node.episode("told by somebody");
        assertThat(victor.get("/ui/memory/episodes/" + id).body()).contains(">here now</span>", version(id))
                .doesNotContain("by way of");
        node.jdbc().execute("begin; set local agentdb.applying = 'on'; update episodes set actor = 'far.aaaaaaaa',"
                + " context = jsonb_build_object('far.aaaaaaaa', counter), via = 'near.aaaaaaaa' where id = '" + id
                + "'; commit");
        assertThat(victor.get("/ui/memory/episodes/" + id).body()).contains("far</bdi>, by way of", "near</bdi>");
    }

    @Test
    void viewer_hasNoButtons_andIsRefused() throws Exception {
        UUID id = node.episode("looked at");
        assertThat(victor.get("/ui/memory/episodes/" + id).body()).contains("looked at").doesNotContain("Delete",
                "/edit");
        assertThat(victor.post("/ui/memory/episodes/" + id + "/delete", "expected", version(id)).statusCode())
                .isEqualTo(403);
        assertThat(victor.get("/ui/memory/episodes/" + UUID.randomUUID()).statusCode()).isEqualTo(404);
        assertThat(victor.get("/ui/memory/episodes/1-1-1-1-1").statusCode()).isEqualTo(404);
    }

    private String version(UUID id) {
        return node.jdbc().queryForObject("select actor || ':' || counter from episodes where id = ?", String.class,
                id);
    }

    private String row(UUID id) {
        return node.jdbc().queryForObject("select task || ' ' || coalesce(reward::text, 'null') || ' '"
                + " || coalesce(tags::text, '') from episodes where id = ?", String.class, id);
    }
}
