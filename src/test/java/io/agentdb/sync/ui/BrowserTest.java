package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.selenium.AxeBuilder;
import io.agentdb.sync.coordinator.SyncRuns;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.web.watch.NodeStream;
import io.agentdb.sync.web.watch.Snapshots;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** The pages in a real browser: for everybody, under their policy, live, and by keys. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class BrowserTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TestNode a;
    private TestNode b;
    private UUID record;
    private UUID waiting;
    private UUID hostile;

    @BeforeAll
    void start() {
        a = TestNode.start("browsed", Stream.concat(Stream.of(SignInTest.USERS),
                Stream.of("agentdb.sync.conflict-strategy=manual")).toArray(String[]::new));
        b = TestNode.start("other");
        a.bean(Peers.class).save(a.peer(b), null);
        record = conflict("first");
        waiting = conflict("second");
        a.jdbc().update("insert into edges (from_type, from_id, relationship, to_type, to_id)"
                + " values ('episode', ?, 'caused', 'episode', ?)", record, waiting);
        hostile = a.jdbc().queryForObject("insert into episodes (session_id, task, critique, output) values ('s', ?, ?,"
                + " repeat('0123456789', 390000)) returning id", UUID.class,
                "<script>alert(1)</script>" + "x".repeat(10_000), "\u202Etxet neddih\u200B ".repeat(50));
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void everyPage_isForEverybody_lightAndDark_wideAndNarrow_andKeepsToItsPolicy() {
        for (boolean dark : new boolean[] {false, true}) {
            for (int width : new int[] {1200, 390}) {
                ChromeDriver browser = Chromium.start(dark, width);
                try {
                    look(browser, "/ui/login", dark, width);
                    signIn(browser);
                    for (String path : paths()) {
                        look(browser, path, dark, width);
                    }
                } finally {
                    browser.quit();
                }
            }
        }
    }

    @Test
    void openPage_showsWhatChanges_andLeavesTheRestAlone() {
        ChromeDriver browser = Chromium.start(false, 1200);
        try {
            signIn(browser);
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(By.id("live")).getText()
                    .startsWith("live"));
            WebElement details = browser.findElement(By.cssSelector("details summary"));
            details.click();
            String before = browser.findElement(By.id("count")).getText();
            conflict("seen at once");
            await().atMost(PATIENCE).ignoreExceptions().until(() -> !browser.findElement(By.id("count")).getText()
                    .equals(before));
            assertThat(browser.findElement(By.tagName("details")).getDomAttribute("open")).as("what was opened")
                    .isNotNull();
            browser.findElement(By.cssSelector("button[aria-label='Ping other']")).click();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(By.id("notes")).getText()
                    .contains("answers in"));
            browser.findElement(By.cssSelector("#notes [data-dismiss]")).click();
            assertThat(browser.findElement(By.id("notes")).getText()).isEmpty();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(browser.findElements(
                    By.cssSelector("#plots canvas"))).as("charts").hasSize(3));
            assertThat(said(browser)).isEmpty();
        } finally {
            browser.quit();
        }
    }

    @Test
    void conflict_isDecidedByHand_andTheNextOneComes() {
        ChromeDriver browser = Chromium.start(false, 1200);
        try {
            signIn(browser);
            long id = a.jdbc().queryForObject("select id from conflicts where record_id = ?", Long.class, waiting);
            browser.get(a.url("/ui/conflicts/" + id));
            WebElement own = browser.findElement(By.name("v.critique"));
            own.clear();
            own.sendKeys("both of them");
            assertThat(browser.findElement(By.id("own-critique")).isSelected()).as("typing chooses it").isTrue();
            browser.findElement(By.cssSelector("button[value=record]")).click();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.getCurrentUrl().contains("decided="));
            assertThat(a.jdbc().queryForObject("select critique from episodes where id = ?", String.class, waiting))
                    .isEqualTo("both of them");
            browser.findElement(By.tagName("body")).sendKeys("g", "m");
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.getCurrentUrl().endsWith("/ui/memory"));
            browser.findElement(By.tagName("body")).sendKeys("/", "first", Keys.ENTER);
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.getCurrentUrl().contains("q=first"));
            assertThat(said(browser)).isEmpty();
        } finally {
            browser.quit();
        }
    }

    @Test
    void conflict_isDecidedAndTakenBackByKeys_butNotWhileSomebodyTypes() {
        UUID record = conflict("by keys");
        long id = id(record);
        ChromeDriver browser = Chromium.start(false, 1200);
        try {
            signIn(browser);
            browser.get(a.url("/ui/conflicts/" + id));
            press(browser, "e");
            WebElement field = browser.switchTo().activeElement();
            assertThat(field.getTagName()).as("e goes to the first field of the result").isEqualTo("textarea");
            field.sendKeys("lrmunp");
            assertThat(browser.getCurrentUrl()).as("while typing, keys are text").endsWith("/" + id);
            assertThat(field.getDomProperty("value")).contains("lrmunp");
            assertThat(critique(record)).isEqualTo("by here");
            browser.executeScript("document.activeElement.blur(); window.onbeforeunload = null");
            press(browser, "r");
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.getCurrentUrl().contains("decided=" + id));
            assertThat(critique(record)).isEqualTo("by there");
            press(browser, "u");
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.getCurrentUrl().contains("undone="));
            assertThat(critique(record)).isEqualTo("by here");
            press(browser, "l");
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.getCurrentUrl().contains("decided=" + id));
            assertThat(critique(record)).isEqualTo("by here");
            browser.get(a.url("/ui/help"));
            browser.findElement(By.cssSelector("[data-keys]")).click();
            press(browser, "g", "m");
            assertThat(browser.findElement(By.cssSelector("[data-keys]")).getText()).isEqualTo("Switch keys on");
            assertThat(browser.getCurrentUrl()).endsWith("/ui/help");
            assertThat(said(browser)).isEmpty();
        } finally {
            browser.quit();
        }
    }

    @Test
    void forty_areChosenByOneTick_seen_decided_andTakenBackByOneKey() {
        List<UUID> records = Stream.generate(() -> a.episode("forty")).limit(40).toList();
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'by here' where task = 'forty'");
        b.jdbc().update("update episodes set critique = 'by there' where task = 'forty'");
        a.sync(b);
        ChromeDriver browser = Chromium.start(true, 390);
        try {
            signIn(browser);
            browser.get(a.url("/ui/conflicts"));
            browser.findElement(By.cssSelector("[data-all]")).click();
            browser.findElement(By.cssSelector("select[name=pick] option[value=remote]")).click();
            browser.findElement(By.cssSelector("button[value=chosen]")).click();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.getTitle().startsWith("Many"));
            assertThat(browser.findElement(By.cssSelector(".note")).getText()).startsWith("25 conflicts");
            browser.get(a.url("/ui/conflicts"));
            browser.findElement(By.cssSelector("select[name=pick] option[value=remote]")).click();
            browser.findElement(By.cssSelector("button[value=all]")).click();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.getTitle().startsWith("Many"));
            check(browser, "preview of many");
            browser.findElement(By.cssSelector("button.main")).click();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(By.tagName("h1")).getText()
                    .equals("Decided"));
            check(browser, "result of many");
            assertThat(records).allSatisfy(record -> assertThat(critique(record)).isEqualTo("by there"));
            press(browser, "u");
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(By.tagName("h1")).getText()
                    .equals("Taken back"));
            assertThat(records).allSatisfy(record -> assertThat(critique(record)).isEqualTo("by here"));
            assertThat(said(browser)).isEmpty();
        } finally {
            browser.quit();
        }
    }

    @Test
    void peerWhoseRowHasTheFocus_isSteeredByKeys() {
        ChromeDriver browser = Chromium.start(false, 1200);
        try {
            signIn(browser);
            press(browser, "p");
            assertThat(browser.findElement(By.id("peers")).getText()).as("without a row").doesNotContain("paused");
            press(browser, "j");
            assertThat(browser.switchTo().activeElement().getDomAttribute("id")).isEqualTo("sync-other");
            browser.switchTo().activeElement().sendKeys("v");
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(By.id("notes")).getText()
                    .contains("other"));
            browser.findElement(By.id("sync-other")).sendKeys("p");
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(By.id("peers")).getText()
                    .contains("‖ paused"));
            browser.findElement(By.id("pause-other")).sendKeys("p");
            await().atMost(PATIENCE).ignoreExceptions().until(() -> !browser.findElement(By.id("peers")).getText()
                    .contains("‖ paused"));
            assertThat(said(browser)).isEmpty();
        } finally {
            browser.quit();
        }
    }

    @Test
    void stream_endsWhenThePageIsHidden_beginsWhenItIsSeen_andEndsWithThePage() {
        NodeStream stream = a.bean(NodeStream.class);
        ChromeDriver browser = Chromium.start(false, 1200);
        try {
            signIn(browser);
            await().atMost(PATIENCE).until(() -> stream.listeners() == 1);
            hide(browser, true);
            await().atMost(PATIENCE).until(() -> stream.listeners() == 0);
            hide(browser, false);
            await().atMost(PATIENCE).until(() -> stream.listeners() == 1);
            browser.get("about:blank");
            await().atMost(PATIENCE).until(() -> stream.listeners() == 0);
        } finally {
            browser.quit();
        }
    }

    /** As a browser does with a page of which another one lies in front. */
    private static void hide(ChromeDriver browser, boolean hidden) {
        browser.executeScript("Object.defineProperty(document, 'hidden', {value: arguments[0], configurable: true});"
                + "document.dispatchEvent(new Event('visibilitychange'));", hidden);
    }

    private static void press(ChromeDriver browser, CharSequence... keys) {
        browser.findElement(By.tagName("body")).sendKeys(keys);
    }

    private long id(UUID record) {
        return a.jdbc().queryForObject("select id from conflicts where record_id = ?", Long.class, record);
    }

    private String critique(UUID record) {
        return a.jdbc().queryForObject("select critique from episodes where id = ?", String.class, record);
    }

    @Test
    void import_isFollowedOnItsPage_untilItsEnd() throws Exception {
        ChromeDriver browser = Chromium.start(false, 390);
        Path file = Files.writeString(Files.createTempFile("browsed", ".ndjson"), "{\"kind\":\"skills\",\"name\":"
                + "\"by a browser\"}\n{\"kind\":\"skills\"}\n");
        try (Connection other = a.jdbc().getDataSource().getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("lock table skills in share mode");
            signIn(browser);
            browser.get(a.url("/ui/memory/imports"));
            browser.findElement(By.name("file")).sendKeys(file.toString());
            browser.findElement(By.cssSelector("main form button")).click();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(By.id("import")).getText()
                    .contains("goes on"));
            other.rollback();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(By.id("import")).getText()
                    .contains("1 bad row"));
            assertThat(browser.findElement(By.id("import")).getText()).contains("✓ done", "name is required");
            look(browser, URI.create(browser.getCurrentUrl()).getPath(), false, 390);
            browser.findElement(By.linkText("by a browser")).click();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.getTitle().startsWith("by a browser"));
        } finally {
            browser.quit();
            Files.delete(file);
        }
    }

    private List<String> paths() {
        long id = a.jdbc().queryForObject("select id from conflicts where record_id = ?", Long.class, record);
        String evil = "/ui/memory/episodes/" + hostile;
        return List.of(evil, evil + "?whole=critique", evil + "/edit", "/ui/memory?q=script", "/ui/",
                "/ui/conflicts", "/ui/conflicts?kind=edges", "/ui/conflicts/" + id, "/ui/memory", "/ui/memory/imports",
                "/ui/memory/episodes/" + record, "/ui/memory/episodes/" + record + "/edit", "/ui/help", "/ui/nowhere",
                "/ui/sync", "/ui/log?level=warn",
                "/ui/sync/runs/" + a.bean(SyncRuns.class).all().get(0).id(), "/ui/clients", "/ui/health",
                "/ui/settings", "/ui/invite", "/ui/join", "/ui/joined/other");
    }

    private void look(ChromeDriver browser, String path, boolean dark, int width) {
        browser.get(a.url(path));
        browser.findElement(By.tagName("h1"));
        check(browser, path + (dark ? " dark " : " light ") + width);
    }

    /** What takes the place of the legacy mode opens windows, which a browser without a screen may not. */
    @SuppressWarnings("deprecation")
    private static void check(ChromeDriver browser, String where) {
        // While a form is under way, its buttons are dimmed.
        await().atMost(PATIENCE).until(() -> browser.findElements(By.cssSelector(".htmx-request")).isEmpty());
        AxeBuilder axe = new AxeBuilder();
        axe.setLegacyMode(true);
        assertThat(axe.analyze(browser).getViolations().stream().map(rule -> rule.getId() + ": " + rule.getNodes()
                .stream().map(node -> node.getHtml()).toList()).toList()).as(where).isEmpty();
        assertThat(browser.executeScript("return document.documentElement.scrollWidth <= window.innerWidth"))
                .as(where + " scrolls sideways").isEqualTo(true);
        assertThat(said(browser)).as(where).isEmpty();
    }

    /** What the browser complains of: violations of the policy, errors of scripts. */
    private static List<String> said(ChromeDriver browser) {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage)
                .filter(line -> !line.contains("404 (")).toList();
    }

    private void signIn(ChromeDriver browser) {
        browser.get(a.url("/ui/"));
        browser.findElement(By.name("name")).sendKeys("olga");
        browser.findElement(By.name("secret")).sendKeys("olgas", Keys.ENTER);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.getTitle().startsWith("Overview"));
    }

    private UUID conflict(String task) {
        UUID id = a.episode(task);
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'by here' where id = ?", id);
        b.jdbc().update("update episodes set critique = 'by there', reward = 0.5 where id = ?", id);
        a.sync(b);
        a.bean(Snapshots.class).changed();
        return id;
    }
}
