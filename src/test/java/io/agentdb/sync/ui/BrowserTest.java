package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.selenium.AxeBuilder;
import io.agentdb.sync.coordinator.SyncRuns;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.ui.live.Snapshots;
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
        hostile = a.jdbc().queryForObject("insert into episodes (session_id, task, critique, output) values ('s', ?, ?,"
                + " repeat('0123456789', 500000)) returning id", UUID.class,
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
                "/ui/sync",
                "/ui/sync/runs/" + a.bean(SyncRuns.class).all().get(0).id(), "/ui/clients", "/ui/health",
                "/ui/settings");
    }

    /** What takes the place of the legacy mode opens windows, which a browser without a screen may not. */
    @SuppressWarnings("deprecation")
    private void look(ChromeDriver browser, String path, boolean dark, int width) {
        String where = path + (dark ? " dark " : " light ") + width;
        browser.get(a.url(path));
        browser.findElement(By.tagName("h1"));
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
