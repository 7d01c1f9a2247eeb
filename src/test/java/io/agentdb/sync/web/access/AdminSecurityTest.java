package io.agentdb.sync.web.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.agentdb.sync.FreePort;
import io.agentdb.sync.coordinator.ProcessLock;
import io.agentdb.sync.coordinator.TestNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Who may use the REST API, over real HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class AdminSecurityTest {

    private static final String EPISODE = "{\"sessionId\": \"s\", \"task\": \"t\"}";

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode node;

    @BeforeAll
    void start() {
        node = TestNode.start("guarded", "agentdb.admin.open=false",
                "management.endpoint.health.show-details=when-authorized",
                "agentdb.admin.max-failed-logins-per-minute=1000", "agentdb.admin.users[0].name=olga",
                "agentdb.admin.users[0].password=olgas", "agentdb.admin.users[0].role=operator",
                "agentdb.admin.users[1].name=victor", "agentdb.admin.users[1].password={bcrypt}"
                + new BCryptPasswordEncoder(4).encode("victors"), "agentdb.admin.users[2].name=robot",
                "agentdb.admin.users[2].token=robots-token", "agentdb.admin.users[2].role=operator",
                "agentdb.admin.users[3].name=probe", "agentdb.admin.users[3].token="
                        + "sha256:e8a4e7d9e3c9dbb4a2ec4e0c6b1b8a2a5f7d9d4e6f0d8f2b4c6a8e0f1a3c5e7d");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({"/status", "/episodes", "/export", "/peers", "/conflicts", "/swagger-ui.html", "/swagger-ui/index.html",
            "/v3/api-docs",
        "/actuator", "/actuator/info", "/actuator/metrics", "/actuator/prometheus", "/actuator/sbom",
        "/actuator/sbom/application", "/nothing/there", "/error",
                "//status", "/status/"})
    void strangers_readNothing_butWhetherTheNodeIsWell(String path) throws Exception {
        HttpResponse<String> answer = send("GET", path, null, null);
        assertThat(answer.statusCode()).isIn(401, 400);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(send("GET", "/actuator/health", null, null).body())
                .isEqualTo("{\"groups\":[\"liveness\",\"readiness\"],\"status\":\"UP\"}");
        assertThat(send("GET", "/actuator/health/readiness", null, null).statusCode()).isEqualTo(200);
    }

    @Test
    void refusals_areProblems_thatTellHowToLogIn_andAreCounted() throws Exception {
        double before = refused("unauthenticated");
        HttpResponse<String> answer = send("POST", "/episodes", null, EPISODE);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().allValues("WWW-Authenticate")).anyMatch(how -> how.startsWith("Basic"))
                .anyMatch(how -> how.startsWith("Bearer"));
        assertThat((String) JsonPath.read(answer.body(), "$.type")).isEqualTo("urn:agentdb:problem:unauthorized");
        assertThat((String) JsonPath.read(answer.body(), "$.detail")).contains("agentdb.admin.users");
        assertThat(refused("unauthenticated")).isEqualTo(before + 1);
    }

    @Test
    void viewer_reads_andChangesNothing() throws Exception {
        assertThat(send("GET", "/status", basic("victor", "victors"), null).statusCode()).isEqualTo(200);
        assertThat(send("GET", "/actuator/health", basic("victor", "victors"), null).body()).contains("components");
        assertThat(send("GET", "/actuator/sbom", basic("victor", "victors"), null).body()).contains("\"ids\"");
        HttpResponse<String> answer = send("POST", "/episodes", basic("victor", "victors"), EPISODE);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat((String) JsonPath.read(answer.body(), "$.detail")).contains("operator");
        for (String method : List.of("PUT", "DELETE", "PATCH", "OPTIONS")) {
            assertThat(send(method, "/peers/x", basic("victor", "victors"), null).statusCode()).as(method)
                    .isEqualTo(403);
        }
    }

    @Test
    void whatOnlyLooks_isNotAuditedAsAChange(CapturedOutput log) throws Exception {
        String victor = basic("victor", "victors");
        assertThat(send("POST", "/peers/nobody/ping", victor, null).statusCode()).isEqualTo(404);
        assertThat(send("POST", "/peers/nobody/verify", victor, null).statusCode()).isEqualTo(404);
        assertThat(send("POST", "/sync", victor, "{\"dryRun\": true}").statusCode()).isEqualTo(409);
        assertThat(send("POST", "/conflicts/resolutions", victor,
                "{\"filter\": {}, \"pick\": \"merge\", \"preview\": true}").statusCode()).isEqualTo(200);
        assertThat(send("DELETE", "/peers/nobody", basic("olga", "olgas"), null).statusCode()).isEqualTo(404);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(log.getOut().lines()
                .filter(line -> line.contains("changed by")))
                .anyMatch(line -> line.contains("olga") && line.contains("/peers/nobody"))
                .noneMatch(line -> line.contains("victor")));
    }

    @Test
    void whoAmI_saysAsWhomTheCallerIsKnown_andWhichProcessAnswers() throws Exception {
        String viewer = send("GET", "/whoami", basic("victor", "victors"), null).body();
        assertThat((String) JsonPath.read(viewer, "$.name")).isEqualTo("victor");
        assertThat((String) JsonPath.read(viewer, "$.role")).isEqualTo("viewer");
        assertThat((Boolean) JsonPath.read(viewer, "$.open")).isFalse();
        assertThat((String) JsonPath.read(viewer, "$.node")).isEqualTo("guarded");
        assertThat((String) JsonPath.read(viewer, "$.version")).isNotBlank();
        assertThat((String) JsonPath.read(viewer, "$.process"))
                .isEqualTo(node.bean(ProcessLock.class).id().toString());
        String operator = send("GET", "/whoami", "Bearer robots-token", null).body();
        assertThat((String) JsonPath.read(operator, "$.name")).isEqualTo("robot");
        assertThat((String) JsonPath.read(operator, "$.role")).isEqualTo("operator");
        assertThat(send("GET", "/whoami", null, null).statusCode()).isEqualTo(401);
    }

    @Test
    void operator_changes_byPassword_orByToken() throws Exception {
        assertThat(send("POST", "/episodes", basic("olga", "olgas"), EPISODE).statusCode()).isEqualTo(201);
        assertThat(send("POST", "/episodes", "Bearer robots-token", EPISODE).statusCode()).isEqualTo(201);
        assertThat(send("POST", "/episodes", "bearer  robots-token ", EPISODE).statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"Basic !!!!", "Basic ", "Bearer ", "Bearer wrong", "Bearer olgas", "Digest x", "Basic b2xnYQ==",
            "olgas"})
    void whatIsNoLogin_isRefused(String header) throws Exception {
        assertThat(send("GET", "/status", header, null).statusCode()).isEqualTo(401);
    }

    @Test
    void secretsOfOthers_doNotFitOtherNames() throws Exception {
        for (String[] pair : new String[][] {{"olga", "victors"}, {"victor", "olgas"}, {"olga", ""}, {"", "olgas"},
                {"OLGA", "olgas"},
            {"robot", "robots-token"}, {"nobody", "olgas"}, {"olga", "null"}}) {
            assertThat(send("GET", "/status", basic(pair[0], pair[1]), null).statusCode()).as(pair[0] + ":" + pair[1])
                    .isEqualTo(401);
        }
        String hash = "sha256:e8a4e7d9e3c9dbb4a2ec4e0c6b1b8a2a5f7d9d4e6f0d8f2b4c6a8e0f1a3c5e7d";
        assertThat(send("GET", "/status", "Bearer " + hash, null).statusCode()).as("the hash is not the token")
                .isEqualTo(401);
    }

    @Test
    void pagesOfOtherOrigins_areRefused_alsoWithABrowsersCredentials() throws Exception {
        for (String origin : List.of("https://evil.example", "null", node.url("").replace("http", "https"))) {
            HttpResponse<String> answer = http.send(request("POST", "/episodes", basic("olga", "olgas"), EPISODE)
                    .header("Origin", origin)
                    .build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(origin).isEqualTo(403);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
            assertThat((String) JsonPath.read(answer.body(), "$.detail")).contains("another origin");
        }
        assertThat(http.send(request("POST", "/episodes", basic("olga", "olgas"), EPISODE)
                .header("Origin", node.url("")).build(), BodyHandlers.ofString()).statusCode()).as("its own page")
                .isEqualTo(201);
    }

    @Test
    void description_saysHowToLogIn() throws Exception {
        String description = send("GET", "/v3/api-docs", basic("victor", "victors"), null).body();
        assertThat((String) JsonPath.read(description, "$.components.securitySchemes.basic.scheme")).isEqualTo("basic");
        assertThat((String) JsonPath.read(description, "$.components.securitySchemes.bearer.scheme"))
                .isEqualTo("bearer");
    }

    @Test
    void answers_letNoPageFrameThem_norAScriptFromElsewhereRun_andLeaveNoSession() throws Exception {
        HttpResponse<String> page = send("GET", "/swagger-ui/index.html", basic("victor", "victors"), null);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "form-action 'none'");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(page.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(page.body()).doesNotContain("<script>");
    }

    @Test
    void guessing_isCutOff_forAMinute_evenWithTheRightPassword() throws Exception {
        try (TestNode other = TestNode.start("guessed", "agentdb.admin.open=false",
                "agentdb.admin.max-failed-logins-per-minute=3", "agentdb.admin.users[0].name=olga",
                        "agentdb.admin.users[0].password=olgas")) {
            URI status = URI.create(other.url("/status"));
            for (int i = 0; i < 3; i++) {
                assertThat(login(status, "guess" + i).statusCode()).isEqualTo(401);
            }
            HttpResponse<String> answer = login(status, "olgas");
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void guessesAtOnce_areNoMoreThanOneAfterTheOther() throws Exception {
        try (TestNode other = TestNode.start("crowded", "agentdb.admin.open=false",
                "agentdb.admin.max-failed-logins-per-minute=4", "agentdb.admin.users[0].name=olga",
                "agentdb.admin.users[0].password={bcrypt}" + new BCryptPasswordEncoder(8).encode("olgas"),
                        "agentdb.admin.users[1].name=robot", "agentdb.admin.users[1].token=robots-token")) {
            URI status = URI.create(other.url("/status"));
            assertThat(atOnce(40, status, basic("olga", "olgas"))).as("right ones count for nothing").containsOnly(200);
            assertThat(atOnce(40, status, "Bearer robots-token")).containsOnly(200);
            long begun = System.nanoTime();
            List<Integer> guesses = atOnce(60, status, basic("olga", "guess"));
            // One more for each 15 s that it took.
            assertThat(guesses.stream().filter(code -> code == 401).count())
                    .isBetween(1L, 5 + Duration.ofNanos(System.nanoTime() - begun).toSeconds() / 15);
            assertThat(guesses).containsOnly(401, 429);
        }
    }

    private List<Integer> atOnce(int many, URI uri, String authorization) {
        HttpRequest request = HttpRequest.newBuilder(uri).header("Authorization", authorization).build();
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, many)
                .mapToObj(i -> http.sendAsync(request, BodyHandlers.ofString())).toList();
        return answers.stream().map(answer -> answer.join().statusCode()).toList();
    }

    @Test
    void whatABrowserSendsForAnotherSitesPage_isRefused_alsoWithoutAnOrigin() throws Exception {
        for (String[] how : new String[][] {{"cross-site", "no-cors", "image"}, {"same-site", "cors", "empty"},
                {"cross-site", "navigate", "iframe"}}) {
            assertThat(fetched(how).statusCode()).as(String.join(" ", how)).isEqualTo(403);
        }
        for (String[] how : new String[][] {{"cross-site", "navigate", "document"}, {"same-origin", "cors", "empty"},
                {"none", "navigate", "document"}}) {
            assertThat(fetched(how).statusCode()).as(String.join(" ", how)).isEqualTo(200);
        }
    }

    private HttpResponse<String> fetched(String... how) throws Exception {
        return http.send(request("GET", "/status", basic("victor", "victors"), null).header("Sec-Fetch-Site", how[0])
                .header("Sec-Fetch-Mode", how[1])
                .header("Sec-Fetch-Dest", how[2]).build(), BodyHandlers.ofString());
    }

    @Test
    void whileOpen_namesThatOthersMayLetPointHere_areRefused() throws Exception {
        try (TestNode open = TestNode.start("open", "agentdb.admin.hosts=alpha.example")) {
            int port = URI.create(open.url("/")).getPort();
            for (String host : List.of("evil.example", "evil.example:" + port, "127.0.0.1.evil.example")) {
                assertThat(hosted(port, host)).as(host).startsWith("HTTP/1.1 403");
            }
            for (String host : List.of("127.0.0.1:" + port, "localhost", "[::1]:8080", "node-a:8080", "alpha.example",
                    "ALPHA.example:80")) {
                assertThat(hosted(port, host)).as(host).startsWith("HTTP/1.1 200");
            }
        }
        assertThat(hosted(URI.create(node.url("/")).getPort(), "evil.example")).as("nobody is let in there")
                .startsWith("HTTP/1.1 401");
    }

    private static String hosted(int port, String host) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(("GET /status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void addressThatAClientInvents_isNotTheOneThatItsGuessesCountFor() throws Exception {
        try (TestNode behind = TestNode.start("behind", "server.forward-headers-strategy=native",
                "agentdb.admin.open=false", "agentdb.admin.max-failed-logins-per-minute=3",
                        "agentdb.admin.users[0].name=olga", "agentdb.admin.users[0].password=olgas")) {
            for (int i = 0; i < 4; i++) {
                // A proxy puts the address that it sees behind what the client has sent.
                HttpRequest guess = HttpRequest.newBuilder(URI.create(behind.url("/status")))
                        .header("Authorization", basic("olga", "guess" + i))
                        .header("Forwarded", "for=198.51.100." + i)
                        .header("X-Forwarded-For", "198.51.100." + i + ", 203.0.113.7").build();
                assertThat(http.send(guess, BodyHandlers.ofString()).statusCode()).isEqualTo(i < 3 ? 401 : 429);
            }
            assertThat(login(URI.create(behind.url("/status")), "olgas").statusCode()).as("another client of the proxy")
                    .isEqualTo(200);
        }
    }

    @Test
    void nodeWithoutUsers_makesAPassword_keepsItForItsOwner_andTellsItOnce(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("admin-password");
        for (int start = 0; start < 2; start++) {
            try (TestNode own = TestNode.start("own", "agentdb.admin.open=false",
                    "agentdb.embedded.data-dir=" + directory)) {
                String password = Files.readString(file).strip();
                assertThat(password).hasSizeGreaterThan(20);
                URI status = URI.create(own.url("/status"));
                HttpResponse<String> answer = http.send(HttpRequest.newBuilder(status)
                        .header("Authorization", basic("operator", password))
                        .build(), BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).doesNotContain(password);
            }
        }
        assertThat(Files.getPosixFilePermissions(file)).extracting(Object::toString)
                .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
    }

    @Test
    void metricsAndHealth_mayHaveAPortOfTheirOwn_underTheSameRules() throws Exception {
        int port = FreePort.tcp();
        try (TestNode own = TestNode.start("ported", "agentdb.admin.open=false", "agentdb.admin.prometheus-open=true",
                "management.server.port=" + port, "agentdb.admin.users[0].name=olga",
                        "agentdb.admin.users[0].password=olgas")) {
            String there = "http://127.0.0.1:" + port;
            assertThat(get(there + "/actuator/prometheus").statusCode()).isEqualTo(200);
            assertThat(get(there + "/actuator/health").statusCode()).isEqualTo(200);
            assertThat(get(there + "/actuator/metrics").statusCode()).isEqualTo(401);
            assertThat(get(own.url("/actuator/prometheus")).statusCode()).as("not on the API's port").isEqualTo(401);
        }
    }

    @Test
    void usersThatCannotBe_stopTheStart_withoutTellingSecrets() {
        assertThatThrownBy(() -> TestNode.start("bad", "agentdb.admin.users[0].name=olga",
                "agentdb.admin.users[0].token=sha256:hidden"))
                .hasStackTraceContaining("user 'olga': after sha256:").message().doesNotContain("hidden");
        assertThat(new AdminSettings.User("olga", "hidden", "hidden", AdminSettings.Role.VIEWER).toString())
                .doesNotContain("hidden");
    }

    private double refused(String reason) {
        return node.bean(MeterRegistry.class).counter("agentdb.admin.refused", "reason", reason).count();
    }

    private HttpResponse<String> login(URI uri, String password) throws Exception {
        return http.send(HttpRequest.newBuilder(uri).header("Authorization", basic("olga", password)).build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> send(String method, String path, String authorization, String body) throws Exception {
        return http.send(request(method, path, authorization, body).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String method, String path, String authorization, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url(path)))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
        return authorization == null ? request : request.header("Authorization", authorization);
    }
}
