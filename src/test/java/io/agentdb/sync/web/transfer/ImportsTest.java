package io.agentdb.sync.web.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.TestNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Imports that go on while nobody waits for them. */
class ImportsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path place;
    private static TestNode node;
    private static TestNode sibling;

    @BeforeAll
    static void start() {
        node = TestNode.start("taking", "agentdb.import.dir=" + place.resolve("imports"));
        sibling = node.sibling("agentdb.import.dir=" + place.resolve("others"));
    }

    @AfterAll
    static void stop() {
        sibling.close();
        node.close();
    }

    @Test
    void import_isFollowedOnEveryProcess_andNamesItsBadLinesByNumber() throws Exception {
        HttpResponse<String> begun = post("/import?wait=false", "{\"kind\":\"skills\",\"name\":\"followed\"}\n"
                + "{\"kind\":\"skills\"}\n\nno json\n");
        assertThat(begun.statusCode()).isEqualTo(202);
        String place = begun.headers().firstValue("Location").orElseThrow();
        assertThat(place).isEqualTo("/imports/" + json(begun).path("id").stringValue());
        JsonNode ended = ended(node, place);
        assertThat(ended.path("state").stringValue()).isEqualTo("SUCCEEDED");
        assertThat(ended.path("who").stringValue()).isEqualTo("anybody");
        assertThat(ended.path("current").longValue()).isEqualTo(ended.path("total").longValue()).isPositive();
        assertThat(ended.path("rows").longValue()).as("lines that were read").isEqualTo(4);
        assertThat(ended.path("report").path("errors").path(0).path("line").intValue()).isEqualTo(2);
        assertThat(ended.path("report").path("errors").path(1).path("line").intValue()).isEqualTo(4);
        String id = ended.path("report").path("brought").path("skills").path(0).stringValue();
        assertThat(get(node, "/skills/" + id).path("name").stringValue()).isEqualTo("followed");
        assertThat(get(sibling, place)).isEqualTo(ended);
        assertThat(get(sibling, "/imports").path("items").toString()).contains(ended.path("id").stringValue());
        assertThat(files()).as("what stays on the disk").isZero();
    }

    @Test
    void databaseFile_isFollowedByItsRows() throws Exception {
        try (InputStream sample = ImportsTest.class.getResourceAsStream("/example/agentdb-sample.sqlite")) {
            HttpResponse<String> begun = send(request("/import", "Prefer", "respond-async").POST(
                    BodyPublishers.ofByteArray(sample.readAllBytes())).build());
            assertThat(begun.statusCode()).isEqualTo(202);
            JsonNode ended = ended(node, "/imports/" + json(begun).path("id").stringValue());
            assertThat(ended.path("unit").stringValue()).isEqualTo("rows");
            assertThat(ended.path("total").longValue()).isEqualTo(ended.path("current").longValue()).isPositive();
            assertThat(ended.path("rows").longValue()).isEqualTo(ended.path("total").longValue());
            assertThat(ended.path("report").path("kinds").path("episodes").path("created").intValue()).isEqualTo(181);
        }
        assertThat(files()).isZero();
    }

    @Test
    void importThatIsCancelledOnAnotherProcess_saysUpToWhereEverythingIsIn_andNothingDoubles() throws Exception {
        String lines = lines("cancelled", 1_200);
        JsonNode ended;
        try (Connection other = node.jdbc().getDataSource().getConnection()) {
            other.setAutoCommit(false);
            // The first batch waits for it.
            other.createStatement().execute("lock table skills in share mode");
            HttpResponse<String> begun = post("/import?wait=false", lines);
            String place = "/imports/" + json(begun).path("id").stringValue();
            assertThat(get(sibling, place).path("state").stringValue()).isEqualTo("RUNNING");
            assertThat(send(HttpRequest.newBuilder(URI.create(sibling.url(place))).DELETE().build()).statusCode())
                    .isEqualTo(202);
            // Its process writes down each second where it stands, and looks whether it is to end.
            await().atMost(PATIENCE).until(() -> node.jdbc().queryForObject("select clock_timestamp() > begun_at"
                    + " + interval '1100 ms' from imports where id = ?", Boolean.class,
                    UUID.fromString(json(begun).path("id").stringValue())));
            other.rollback();
            ended = ended(node, place);
        }
        assertThat(ended.path("state").stringValue()).isEqualTo("CANCELLED");
        assertThat(ended.path("failure").stringValue()).contains("has ended it. Everything up to line 500 is in",
                "nothing doubles");
        assertThat(named("cancelled")).isEqualTo(500);
        assertThat(json(post("/import", lines)).path("kinds").path("skills").path("created").intValue())
                .isEqualTo(700);
        assertThat(named("cancelled")).isEqualTo(1_200);
    }

    @Test
    void importWhoseProcessIsDead_isSaidToBeInterrupted_andItsFileIsRemoved() throws Exception {
        UUID id = UUID.randomUUID();
        Path left = Files.createFile(Files.createDirectories(place.resolve("imports/taking")).resolve(id + ".import"));
        node.jdbc().update("insert into imports (id, owner, source, who, state, phase, current, total, unit, rows,"
                + " begun_at) values (?, gen_random_uuid(), 'a.ndjson', 'olga', 'RUNNING', 'STORING', 10, 20,"
                + " 'bytes', 1500, now())", id);
        assertThat(post("/import", "{\"kind\":\"skills\",\"name\":\"another\"}\n").statusCode()).isEqualTo(200);
        assertThat(left).doesNotExist();
        JsonNode found = get(node, "/imports/" + id);
        assertThat(found.path("state").stringValue()).isEqualTo("INTERRUPTED");
        assertThat(found.path("failure").stringValue()).contains("Everything up to line 1500 is in", "nothing doubles");
    }

    @Test
    void nodesThatShareADirectory_leaveEachOthersFilesAlone_andWhatElseIsThere() throws Exception {
        Path somebodys = Files.createFile(Files.createDirectories(place.resolve("imports")).resolve(
                UUID.randomUUID() + ".import"));
        try (TestNode stranger = TestNode.start("stranger", "agentdb.import.dir=" + place.resolve("imports"));
                Connection other = node.jdbc().getDataSource().getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("lock table skills in share mode");
            HttpResponse<String> begun = post("/import?wait=false", lines("shared", 1));
            assertThat(send(HttpRequest.newBuilder(URI.create(stranger.url("/import"))).header("Content-Type",
                    "application/x-ndjson").POST(BodyPublishers.ofString(lines("strange", 1))).build()).statusCode())
                    .isEqualTo(200);
            assertThat(files()).as("what waits to be read").isOne();
            other.rollback();
            ended(node, "/imports/" + json(begun).path("id").stringValue());
        }
        assertThat(files()).isZero();
        assertThat(somebodys).exists();
    }

    @Test
    void importThatAnotherProcessTookForDead_keepsItsFile_andSaysHowItEnded() throws Exception {
        JsonNode ended;
        try (Connection other = node.jdbc().getDataSource().getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("lock table skills in share mode");
            HttpResponse<String> begun = post("/import?wait=false", lines("lost", 1));
            UUID id = UUID.fromString(json(begun).path("id").stringValue());
            node.jdbc().update("update imports set state = 'INTERRUPTED', ended_at = now() where id = ?", id);
            assertThat(post("/import", "{\"kind\":\"episodes\",\"sessionId\":\"s\",\"task\":\"meanwhile\"}\n")
                    .statusCode()).isEqualTo(200);
            assertThat(files()).as("what waits to be read").isOne();
            other.rollback();
            ended = ended(node, "/imports/" + id);
        }
        assertThat(ended.path("state").stringValue()).isEqualTo("SUCCEEDED");
    }

    @Test
    void importWhoseEndCannotBeWrittenDown_isShownAsItEnded_andIsWrittenDownOnceItsProcessLooksAgain()
            throws Exception {
        JsonNode ended = unwritten("listed");
        assertThat(get(node, "/imports").path("items").path(0)).isEqualTo(ended);
        assertThat(get(sibling, "/imports/" + ended.path("id").stringValue())).isEqualTo(ended);
        ended = unwritten("imported");
        assertThat(post("/import", "{\"kind\":\"skills\",\"name\":\"the next\"}\n").statusCode()).isEqualTo(200);
        assertThat(get(sibling, "/imports/" + ended.path("id").stringValue())).isEqualTo(ended);
    }

    /** An import that has ended while its end could not be written down; now it can. */
    private static JsonNode unwritten(String name) throws Exception {
        node.jdbc().execute("create function refuse() returns trigger language plpgsql as"
                + " $$ begin raise 'nothing can be written now'; end $$");
        node.jdbc().execute("create trigger refused before update on imports for each row"
                + " when (new.state <> 'RUNNING') execute function refuse()");
        try {
            HttpResponse<String> begun = post("/import?wait=false", lines(name, 1));
            String place = "/imports/" + json(begun).path("id").stringValue();
            JsonNode ended = ended(node, place);
            assertThat(ended.path("state").stringValue()).isEqualTo("SUCCEEDED");
            assertThat(get(node, "/imports").path("items").path(0)).isEqualTo(ended);
            assertThat(get(sibling, place).path("state").stringValue()).isEqualTo("RUNNING");
            return ended;
        } finally {
            node.jdbc().execute("drop function refuse() cascade");
        }
    }

    @Test
    void importOfWhichNothingWasGood_hasFailed() throws Exception {
        HttpResponse<String> begun = post("/import?wait=false", "{\"kind\":\"skills\"}\n");
        JsonNode ended = ended(node, "/imports/" + json(begun).path("id").stringValue());
        assertThat(ended.path("state").stringValue()).isEqualTo("FAILED");
        assertThat(ended.path("failure").stringValue()).contains("1 errors", "name is required");
        assertThat(send(request("/imports/" + UUID.randomUUID()).GET().build()).statusCode()).isEqualTo(404);
        assertThat(post("/import?wait=later", "").statusCode()).isEqualTo(400);
    }

    @Test
    void whatThereIsNoRoomFor_isRefusedBeforeAndInTheMiddle_andLeavesNothing() throws Exception {
        try (TestNode full = TestNode.start("full", "agentdb.import.dir=/proc/none")) {
            HttpResponse<String> refused = HTTP.send(HttpRequest.newBuilder(URI.create(
                    full.url("/import?wait=false"))).header("Content-Type", "application/x-ndjson").POST(
                    BodyPublishers.ofString("{\"kind\":\"skills\",\"name\":\"x\"}\n")).build(),
                    BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(507);
            assertThat(refused.body()).contains("no-room-for-import", "/proc/none", "agentdb.import.dir")
                    .doesNotContain("Exception");
            assertThat(get(full, "/imports").path("items").path(0).path("state").stringValue()).isEqualTo("FAILED");
        }
    }

    private static String lines(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> "{\"kind\":\"skills\",\"name\":\"" + name + " " + i + "\"}\n")
                .collect(Collectors.joining());
    }

    private static long named(String name) {
        return node.jdbc().queryForObject("select count(*) from skills where name like ?", Long.class, name + " %");
    }

    private static long files() throws IOException {
        try (var files = Files.list(place.resolve("imports/taking"))) {
            return files.count();
        }
    }

    private static JsonNode ended(TestNode at, String path) {
        return await().atMost(PATIENCE).until(() -> get(at, path), one -> !one.path("endedAt").isMissingNode());
    }

    private static JsonNode get(TestNode at, String path) throws Exception {
        return json(HTTP.send(HttpRequest.newBuilder(URI.create(at.url(path))).build(), BodyHandlers.ofString()));
    }

    private static HttpResponse<String> post(String path, String lines) throws Exception {
        return send(request(path, "Content-Type", "application/x-ndjson").POST(BodyPublishers.ofString(lines))
                .build());
    }

    private static HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url(path)));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return new JsonMapper().readTree(answer.body());
    }
}
