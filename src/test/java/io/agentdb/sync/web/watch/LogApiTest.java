package io.agentdb.sync.web.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.agentdb.sync.coordinator.ProcessLock;
import io.agentdb.sync.coordinator.TestNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last lines of the log over real HTTP. What others in this JVM log meanwhile is among them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogApiTest {

    private static final Logger log = LoggerFactory.getLogger("io.agentdb.sync.test.Logged");

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode node;

    @BeforeAll
    void start() {
        node = TestNode.start("logging");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void lastEvents_areShown_newestLast_withWhatTheirCauseSaid() throws Exception {
        Instant before = Instant.now().minusSeconds(1);
        log.info("first of alpha");
        log.warn("second of alpha", new IllegalStateException("outer", new IOException("disk on fire\nat line 2")));
        String shown = get("/log?q=OF+alpha");
        assertThat(JsonPath.<List<String>>read(shown, "$.items[*].message"))
                .containsExactly("first of alpha", "second of alpha");
        assertThat(JsonPath.<String>read(shown, "$.process")).isEqualTo(node.bean(ProcessLock.class).id().toString());
        Map<String, Object> second = JsonPath.read(shown, "$.items[1]");
        assertThat(second).containsEntry("level", "warn").containsEntry("logger", "io.agentdb.sync.test.Logged")
                .containsEntry("failure", "disk on fire");
        assertThat(Instant.parse((String) second.get("time"))).isAfter(before);
        assertThat(shown).doesNotContain("IllegalStateException", "\\tat ");
    }

    @Test
    void events_areFoundByLevel_time_andPeer() throws Exception {
        log.info("beta: sync with paris done");
        log.warn("beta: sync with paris-2 failed");
        Instant between = Instant.now();
        log.error("beta: sync with 'paris' failed, with a dot at the end of paris.");
        assertThat(messages("/log?q=beta&level=warn")).hasSize(2);
        assertThat(messages("/log?q=beta&level=error")).hasSize(1);
        assertThat(messages("/log?q=beta&peer=paris")).hasSize(2).noneMatch(line -> line.contains("paris-2"));
        assertThat(messages("/log?q=beta&peer=paris-2")).hasSize(1);
        assertThat(messages("/log?q=beta&since=" + between)).hasSize(1);
        assertThat(messages("/log?q=beta&limit=1")).containsExactly(
                "beta: sync with 'paris' failed, with a dot at the end of paris.");
    }

    @Test
    void longMessages_areCut_andLineBreaksAndUnseenCharactersAreNone() throws Exception {
        log.info("gamma\n  two lines \u202e reversed {}", "x".repeat(5_000));
        String line = messages("/log?q=gamma").get(0);
        assertThat(line).startsWith("gamma two lines ? reversed xxx").endsWith("…").hasSizeLessThan(1_010);
    }

    @Test
    void noMoreThanAThousandAreKept() throws Exception {
        for (int i = 0; i <= 1_000; i++) {
            log.info("delta number {}.", i);
        }
        List<String> kept = messages("/log?q=delta");
        assertThat(kept).hasSizeLessThanOrEqualTo(1_000).hasSizeGreaterThan(900).doesNotContain("delta number 0.")
                .endsWith("delta number 1000.");
    }

    @Test
    void whatIsBelowInfo_isNotKept() throws Exception {
        ch.qos.logback.classic.Logger chatty = (ch.qos.logback.classic.Logger) log;
        chatty.setLevel(ch.qos.logback.classic.Level.DEBUG);
        try {
            log.debug("epsilon Authorization: Bearer x");
            log.info("epsilon seen");
        } finally {
            chatty.setLevel(null);
        }
        assertThat(messages("/log?q=epsilon")).containsExactly("epsilon seen");
    }

    @Test
    void passwordThatTheNodeMakes_isNotInIt(@TempDir Path directory) throws Exception {
        try (TestNode own = TestNode.start("own", "agentdb.admin.open=false",
                "agentdb.embedded.data-dir=" + directory)) {
            String password = Files.readString(directory.resolve("admin-password")).strip();
            String login = Base64.getEncoder()
                    .encodeToString(("operator:" + password).getBytes(StandardCharsets.UTF_8));
            HttpRequest all = HttpRequest.newBuilder(URI.create(own.url("/log")))
                    .header("Authorization", "Basic " + login).build();
            HttpResponse<String> answer = http.send(all, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).doesNotContain(password);
            assertThat(get("/log")).as("of a node that was there before").doesNotContain(password)
                    .contains("A secret was told here");
        }
    }

    @ParameterizedTest
    @CsvSource({"/log?level=loud, level must be one of info", "/log?limit=0, limit must be one whole number",
        "/log?limit=1001, limit must be one whole number", "/log?limit=many, limit cannot be read",
        "/log?since=yesterday, since must be seconds", "/log?q=, q must have 1 to 200", "/log?peer=, peer must have",
        "/log?color=red, color is not known here"})
    void wrongRequest_isAProblem(String path, String words) throws Exception {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(node.url(path))).build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(words);
    }

    private List<String> messages(String path) throws IOException, InterruptedException {
        return JsonPath.read(get(path), "$.items[*].message");
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(node.url(path))).build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }
}
