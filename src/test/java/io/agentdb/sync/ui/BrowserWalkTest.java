package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** What two people do on the pages of two nodes that run, in a real browser. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class BrowserWalkTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TestNode a;
    private TestNode b;

    @BeforeAll
    void start() {
        a = TestNode.start("walked", Stream.concat(Stream.of(SignInTest.USERS),
                Stream.of("agentdb.sync.conflict-strategy=manual")).toArray(String[]::new));
        b = TestNode.start("other");
        a.bean(Peers.class).save(a.peer(b), null);
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void conflict_isDecidedEachWay_bothNodesEndEqual_andItIsTakenBack() {
        ChromeDriver browser = Chromium.start(false, 1200);
        try {
            signIn(browser, "olga");
            for (Map.Entry<String, String> way : Map.of("local", "by here", "remote", "by there", "merge", "by there")
                    .entrySet()) {
                UUID record = conflict(way.getKey());
                browser.get(a.url("/ui/conflicts/" + a.jdbc().queryForObject(
                        "select id from conflicts where record_id = ?", Long.class, record)));
                browser.findElement(By.cssSelector("button[value=" + way.getKey() + "]")).click();
                await().atMost(PATIENCE).until(() -> critique(a, record).equals(way.getValue()));
                assertThat(a.sync(b).success()).isTrue();
                assertThat(critique(b, record)).as(way.getKey()).isEqualTo(way.getValue());
                assertThat(a.digests()).isEqualTo(b.digests());
                await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(
                        By.cssSelector("button[data-deed=u]")).isDisplayed());
                browser.findElement(By.cssSelector("button[data-deed=u]")).click();
                await().atMost(PATIENCE).until(() -> critique(a, record).equals("by here"));
                assertThat(a.sync(b).success()).isTrue();
                assertThat(a.digests()).isEqualTo(b.digests());
            }
            assertThat(said(browser)).isEmpty();
        } finally {
            browser.quit();
        }
    }

    @Test
    void nodes_areSynchronizedUntilInSync_aClientIsDropped_andAViewerSeesItWithoutButtons() {
        a.episode("sent by a button");
        assertThat(b.sync(a).success()).isTrue();
        a.episode("and another one");
        ChromeDriver browser = Chromium.start(true, 390);
        try {
            signIn(browser, "olga");
            browser.findElement(By.cssSelector("button[aria-label='Sync with other']")).click();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(By.id("peers")).getText()
                    .contains("in sync as of"));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(a.digests()).isEqualTo(b.digests()));
            browser.get(a.url("/ui/clients"));
            int connections = browser.findElements(By.cssSelector("form[action$='/drop'] button")).size();
            assertThat(connections).isPositive();
            browser.findElement(By.cssSelector("form[action$='/drop'] button")).click();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                browser.get(a.url("/ui/clients"));
                return browser.findElements(By.cssSelector("form[action$='/drop'] button")).size() < connections;
            });
            browser.manage().deleteAllCookies();
            signIn(browser, "victor");
            assertThat(browser.findElement(By.id("peers")).getText()).contains("other");
            for (String page : List.of("/ui/", "/ui/conflicts", "/ui/memory", "/ui/sync", "/ui/clients",
                    "/ui/health")) {
                browser.get(a.url(page));
                assertThat(browser.findElements(By.cssSelector("main form[method=post]"))).as(page).isEmpty();
            }
            assertThat(said(browser)).isEmpty();
        } finally {
            browser.quit();
        }
    }

    private static List<String> said(ChromeDriver browser) {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage).toList();
    }

    private void signIn(ChromeDriver browser, String name) {
        browser.get(a.url("/ui/"));
        browser.findElement(By.name("name")).sendKeys(name);
        browser.findElement(By.name("secret")).sendKeys(name + "s", Keys.ENTER);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.getTitle().startsWith("Overview"));
    }

    private UUID conflict(String task) {
        UUID id = a.episode(task);
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'by here' where id = ?", id);
        b.jdbc().update("update episodes set critique = 'by there' where id = ?", id);
        a.sync(b);
        return id;
    }

    private static String critique(TestNode node, UUID record) {
        return node.jdbc().queryForObject("select critique from episodes where id = ?", String.class, record);
    }
}
