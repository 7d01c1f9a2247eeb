package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.SyncRuns;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.web.watch.Snapshots;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;

/** Takes the pictures in docs/images, of real nodes: {@code -Dscreenshots.write=true}. */
@EnabledIfSystemProperty(named = "screenshots.write", matches = "true",
        disabledReason = "it writes into docs/images: -Dscreenshots.write=true")
class ScreenshotsTest {

    private static final Path PLACE = Path.of("docs/images");
    private static final int MOST_BYTES = 150_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void everyPage_isPictured() throws Exception {
        try (TestNode laptop = TestNode.start("laptop", Stream.concat(Stream.of(SignInTest.USERS),
                Stream.of("agentdb.sync.conflict-strategy=manual")).toArray(String[]::new));
                TestNode server = TestNode.start("server")) {
            UUID changed = fill(laptop, server);
            ChromeDriver browser = Chromium.start(false, 1_180);
            try {
                Files.createDirectories(PLACE);
                take(browser, laptop.url("/ui/login"), "sign-in");
                browser.findElement(By.name("name")).sendKeys("olga");
                browser.findElement(By.name("secret")).sendKeys("olgas", Keys.ENTER);
                await().atMost(PATIENCE).ignoreExceptions().until(() -> browser.findElement(By.id("live")).getText()
                        .startsWith("live"));
                long conflict = laptop.jdbc().queryForObject("select id from conflicts where record_id = ?", Long.class,
                        changed);
                take(browser, laptop.url("/ui/"), "overview");
                take(browser, laptop.url("/ui/conflicts"), "conflicts");
                take(browser, laptop.url("/ui/conflicts/" + conflict), "conflict");
                take(browser, laptop.url("/ui/memory?q=keys"), "memory");
                take(browser, laptop.url("/ui/memory/episodes/" + changed), "record");
                take(browser, imported(laptop), "import");
                take(browser, laptop.url("/ui/sync"), "sync");
                take(browser, laptop.url("/ui/sync/runs/" + laptop.bean(SyncRuns.class).all().get(0).id()), "run");
                take(browser, laptop.url("/ui/clients"), "clients");
                take(browser, laptop.url("/ui/health"), "health");
                take(browser, laptop.url("/ui/log?q=connected"), "log");
                take(browser, laptop.url("/ui/invite"), "invite");
                take(browser, laptop.url("/ui/join"), "join");
                take(browser, laptop.url("/ui/help"), "help");
            } finally {
                browser.quit();
            }
        }
    }

    private static UUID fill(TestNode laptop, TestNode server) {
        laptop.bean(Peers.class).save(laptop.peer(server), null);
        laptop.bean(Peers.class).save(new Peer(new PeerName("lab"), new HostPort("lab.invalid", 4433), null, null,
                Kind.ALL, Selection.ALL, null, Peer.Origin.API), null);
        String[] tasks = {"Rotate the signing keys without downtime", "Split the orders table by month",
            "Find out why the nightly backup grew", "Rename the keys of the cache", "Move the build to Java 25"};
        for (int i = 0; i < tasks.length; i++) {
            laptop.jdbc().update("insert into episodes (session_id, task, critique, success, reward, tags) values ("
                    + "'ops-7', ?, 'Went as planned; write the steps down next time.', ?, ?, array['ops'])", tasks[i],
                    i != 2, 0.9 - i * 0.1);
        }
        laptop.jdbc().update("insert into skills (name, description, code) values ('rotate-keys',"
                + " 'Rotates signing keys, oldest first', 'for k in keys: rotate(k)')");
        laptop.sync(server);
        UUID id = laptop.jdbc().queryForObject("select id from episodes where task = ?", UUID.class, tasks[0]);
        laptop.jdbc().update("update episodes set critique = 'The old key stayed valid for an hour: keep both until"
                + " every client has the new one.' where id = ?", id);
        server.jdbc().update("update episodes set critique = 'The old key stayed valid for a day: tell every client"
                + " first, then take it away.', reward = 0.7 where id = ?", id);
        laptop.jdbc().update("update skills set description = 'Rotates signing keys, newest last'");
        server.jdbc().update("update skills set description = 'Rotates keys, oldest first, with a dry run'");
        laptop.sync(server);
        laptop.bean(Snapshots.class).changed();
        return id;
    }

    /** The page of an import that had bad lines. */
    private static String imported(TestNode node) throws IOException, InterruptedException {
        HttpResponse<String> begun = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(
                node.url("/import?wait=false"))).header("Content-Type", "application/x-ndjson").header("Authorization",
                "Basic " + Base64.getEncoder().encodeToString("olga:olgas".getBytes(StandardCharsets.UTF_8)))
                .POST(BodyPublishers.ofString("""
                        {"kind":"skills","name":"restore-backup","description":"Restores last night's backup"}
                        {"kind":"skills","description":"one without a name"}
                        {"kind":"episodes","sessionId":"ops-8","task":"Try the restored backup"}
                        {"kind":"episodes","sessionId":"ops-8","task":"Say who was told","reward":"high"}
                        """)).build(), HttpResponse.BodyHandlers.ofString());
        String place = begun.headers().firstValue("Location").orElseThrow();
        UUID id = UUID.fromString(place.substring(place.lastIndexOf('/') + 1));
        await().atMost(PATIENCE).until(() -> node.jdbc().queryForObject("select state from imports where id = ?",
                String.class, id).equals("SUCCEEDED"));
        return node.url("/ui/memory" + place);
    }

    private static void take(ChromeDriver browser, String url, String name) throws IOException {
        browser.get(url);
        browser.findElement(By.tagName("h1"));
        // It names the machine.
        browser.executeScript("document.querySelector('footer').remove()");
        byte[] picture = browser.getScreenshotAs(OutputType.BYTES);
        assertThat(picture.length).as(name).isLessThan(MOST_BYTES);
        Files.write(PLACE.resolve(name + ".png"), picture);
    }
}
