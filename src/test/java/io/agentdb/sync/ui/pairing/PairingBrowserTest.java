package io.agentdb.sync.ui.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.selenium.AxeBuilder;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.ui.Chromium;
import io.agentdb.sync.ui.SignInTest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
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

/** Two people pair two nodes in their browsers. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class PairingBrowserTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TestNode olgas;
    private TestNode bobs;

    @BeforeAll
    void start() {
        olgas = TestNode.start("olgas", SignInTest.USERS);
        bobs = TestNode.start("bobs", SignInTest.USERS);
        olgas.episode("remembered by olga");
        bobs.episode("remembered by bob");
    }

    @AfterAll
    void stop() {
        olgas.close();
        bobs.close();
    }

    @Test
    void twoNodes_arePairedByOneText_andSynchronized() {
        ChromeDriver browser = Chromium.start(false, 1200);
        try {
            signIn(browser, olgas);
            browser.findElement(By.linkText("Invite a node")).click();
            shown(browser, By.name("name")).sendKeys("bobs-laptop");
            browser.findElement(By.cssSelector("main form button.main")).click();
            String text = shown(browser, By.id("text")).getText();
            assertThat(text).startsWith("agentdb-invite:1:");
            browser.findElement(By.cssSelector("button[data-copy]")).click();
            await().atMost(PATIENCE).until(() -> browser.findElement(By.cssSelector("button[data-copy]")).getText()
                    .equals("Copied"));
            forEverybody(browser);

            signIn(browser, bobs);
            browser.findElement(By.linkText("Join by an invitation")).click();
            shown(browser, By.name("text")).sendKeys(text.substring(0, 70));
            browser.findElement(By.cssSelector("button[value=look]")).click();
            assertThat(shown(browser, By.cssSelector("[role=alert]")).getText()).contains("not whole");
            forEverybody(browser);
            browser.findElement(By.name("text")).clear();
            browser.findElement(By.name("text")).sendKeys(text);
            browser.findElement(By.cssSelector("button[value=look]")).click();
            assertThat(shown(browser, By.cssSelector("main section")).getText()).contains("olgas",
                    "127.0.0.1:" + olgas.quicPort(), "Both will list each other");
            forEverybody(browser);
            browser.findElement(By.cssSelector("button[value=join]")).click();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(By.tagName("h1")).getText()
                    .equals("This node and olgas are peers"));
            forEverybody(browser);
            browser.findElement(By.cssSelector("main form button.main")).click();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(bobs.digests()).isEqualTo(olgas.digests()));
            browser.get(olgas.url("/ui/"));
            await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(By.id("peers")).getText()
                    .contains("bobs-laptop"));
            assertThat(browser.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage))
                    .isEmpty();
        } finally {
            browser.quit();
        }
    }

    /** A click may be over before the page is there that it leads to. */
    private static WebElement shown(ChromeDriver browser, By what) {
        return await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(what), Objects::nonNull);
    }

    /** What takes the place of the legacy mode opens windows, which a browser without a screen may not. */
    @SuppressWarnings("deprecation")
    private static void forEverybody(ChromeDriver browser) {
        AxeBuilder axe = new AxeBuilder();
        axe.setLegacyMode(true);
        List<String> found = axe.analyze(browser).getViolations().stream().map(rule -> rule.getId() + ": "
                + rule.getNodes().stream().map(node -> node.getHtml()).toList()).toList();
        assertThat(found).as(browser.getCurrentUrl()).isEmpty();
    }

    private static void signIn(ChromeDriver browser, TestNode node) {
        browser.get(node.url("/ui/"));
        browser.findElement(By.name("name")).sendKeys("olga");
        browser.findElement(By.name("secret")).sendKeys("olgas", Keys.ENTER);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.getTitle().startsWith("Overview"));
    }
}
