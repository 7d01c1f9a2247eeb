package io.agentdb.sync.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.home.TestProcess;
import io.agentdb.sync.web.LiveMemory.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TransferApiTest {

    private static LiveMemory api;

    @BeforeAll
    static void open() {
        api = new LiveMemory();
    }

    @AfterAll
    static void close() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-ndjson", "text/plain; charset=utf-8"})
    void lines_areImportedAndReported(String type) {
        Answer answer = api.send("POST", "/import", type, BodyPublishers.ofString("""
                {"kind":"skills","name":"imported"}
                {"kind":"skills"}
                """));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("kinds").path("skills").path("failed").intValue()).isEqualTo(1);
        assertThat(answer.json().path("errors").toString())
                .isEqualTo("[{\"line\":2,\"kind\":\"skills\",\"error\":\"name is required\"}]");
        assertThat(api.get("/skills/by-name/imported").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/vnd.sqlite3", "application/octet-stream", "application/x-www-form-urlencoded",
            "text/plain"})
    void aDatabaseFile_isKnownByItsFirstBytes(String type) throws IOException {
        Answer answer = api.stream("/import", type, () ->
                TransferApiTest.class.getResourceAsStream("/example/agentdb-sample.sqlite"));
        assertThat(answer.status()).isEqualTo(200);
        JsonNode episodes = answer.json().path("kinds").path("episodes");
        assertThat(episodes.path("created").intValue() + episodes.path("unchanged").intValue()).isEqualTo(181);
        assertThat(answer.json().path("embeddingsSkipped").intValue()).isEqualTo(194);
        assertThat(temporaryFiles()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/gzip", "application/x-ndjson", "application/octet-stream",
        "application/x-www-form-urlencoded", "text/plain"})
    void agentDbsExport_isKnownByItsFirstBytes_inGzipToo(String type) throws IOException {
        byte[] export = ("[\n  {\"id\": 7, \"ts\": 5, \"session_id\": \"s\", \"task\": \"" + type
                + "\", \"success\": 1, \"created_at\": 5}\n]")
                .getBytes(StandardCharsets.UTF_8);
        Answer answer = api.send("POST", "/import", type, BodyPublishers.ofByteArray(gzip(gzip(export))));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        assertThat(answer.json().path("kinds").path("episodes").path("created").intValue()).isEqualTo(1);
        answer = api.send("POST", "/import", type, BodyPublishers.ofByteArray(export));
        assertThat(answer.json().path("kinds").path("episodes").path("unchanged").intValue()).isEqualTo(1);
    }

    @Test
    void aDatabaseFileInGzip_isTaken() throws IOException {
        try (InputStream sample = TransferApiTest.class.getResourceAsStream("/example/agentdb-sample.sqlite")) {
            Answer answer = api.send("POST", "/import", "application/gzip",
                    BodyPublishers.ofByteArray(gzip(sample.readAllBytes())));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("embeddingsSkipped").intValue()).isEqualTo(194);
        }
    }

    @Test
    void aFileForAgentDb_isGivenOut_andSaysWhatIsInIt() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + api.port() + "/export?format=sqlite")).build();
        HttpResponse<byte[]> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/vnd.sqlite3");
        assertThat(answer.headers().firstValue("Agentdb-Export").orElseThrow()).startsWith("episodes=");
        assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(answer.body().length);
        assertThat(new String(answer.body(), 0, 15, StandardCharsets.US_ASCII)).isEqualTo("SQLite format 3");
        Answer again = api.send("POST", "/import", "application/vnd.sqlite3",
                BodyPublishers.ofByteArray(answer.body()));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("kinds").path("episodes").path("created").intValue()).isZero();
        Answer refused = api.get("/export?format=sqlit");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.field("detail")).contains("format must be ndjson or sqlite");
    }

    @Test
    void gzipThatIsCutOff_orUnpacksToFarTooMuch_isRefused() throws IOException {
        byte[] packed = gzip("{\"kind\":\"skills\",\"name\":\"packed\"}\n".getBytes(StandardCharsets.UTF_8));
        Answer answer = api.send("POST", "/import", "application/x-ndjson",
                BodyPublishers.ofByteArray(Arrays.copyOf(packed, packed.length - 9)));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("detail")).contains("damaged or cut off");
        answer = api.send("POST", "/import", "application/x-ndjson",
                BodyPublishers.ofByteArray(gzip(new byte[100 << 20])));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("detail")).contains("send it unpacked");
    }

    @Test
    void anImportOfWhichNothingWasGood_isNoSuccess() {
        Answer answer = api.send("POST", "/import", "application/x-ndjson",
                BodyPublishers.ofString("{\"kind\":\"skills\"}\nbad\n"));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.field("type")).isEqualTo("urn:agentdb:problem:nothing-imported");
        assertThat(answer.json().path("report").path("errors").path(1).path("line").intValue()).isEqualTo(2);
        assertThat(api.send("POST", "/import", "application/x-ndjson", BodyPublishers.ofString("\n")).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"/import|/////", "/import|text", "/import|", "/episodes|/////", "/skills|;;"})
    void aContentTypeThatIsNone_isUnsupported(String path, String type) {
        Answer answer = api.send("POST", path, type == null ? " " : type, BodyPublishers.ofString("x"));
        assertThat(answer.status()).isIn(415, 400);
        assertThat(answer.status()).isEqualTo(type == null ? answer.status() : 415);
    }

    @Test
    void aContentEncodingThatIsNotTaken_isUnsupported() {
        for (String path : List.of("/import", "/episodes")) {
            Answer answer = api.send("POST", path, "application/json", BodyPublishers.ofString("{}"),
                    "Content-Encoding", "br");
            assertThat(answer.status()).isEqualTo(415);
            assertThat(answer.field("detail")).contains("Content-Encoding");
        }
    }

    @Test
    void aDatabaseFileWithoutItsWal_isRefused_unlessNothingIsMissing() throws IOException {
        byte[] file;
        try (InputStream sample = TransferApiTest.class.getResourceAsStream("/example/agentdb-sample.sqlite")) {
            file = sample.readAllBytes();
        }
        // As a program leaves it that has closed it properly in WAL mode.
        file[18] = 2;
        file[19] = 2;
        Answer answer = api.send("POST", "/import", "application/vnd.sqlite3", BodyPublishers.ofByteArray(file));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.field("type")).isEqualTo("urn:agentdb:problem:wal-missing");
        assertThat(answer.field("detail")).contains("vacuum into", "?wal=absent");
        // As curl sends it that is told no type.
        answer = api.send("POST", "/import?wal=absent", "application/x-www-form-urlencoded",
                BodyPublishers.ofByteArray(file));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        assertThat(api.send("POST", "/import?wal=ignore", "application/vnd.sqlite3", BodyPublishers.ofByteArray(file))
                .status()).isEqualTo(400);
    }

    @Test
    void aRecordNestedDeeperThanMayBeStored_isPatchedOnceThePatchTakesThatAway() {
        Answer created = api.post("/skills", "{'name':'deep'}");
        String path = "/skills/" + created.field("id");
        // As a peer of the release before may have sent it, or one kept it from before the check.
        api.jdbc.sql("alter table skills drop constraint skills_metadata_portable").update();
        for (int depth : List.of(600, 5000)) {
            api.jdbc.sql("update skills set metadata = ('{\"deep\":' || repeat('[', :depth) || repeat(']', :depth) ||"
                    + " '}')::jsonb where name = 'deep'")
                    .param("depth", depth).update();
            api.jdbc.sql("alter table skills add constraint skills_metadata_portable check"
                    + " (agentdb_portable(metadata)) not valid").update();
            Answer refused = api.patch(path, "{'code':'c" + depth + "'}");
            assertThat(refused.status()).as(refused.response().body()).isBetween(400, 499);
            assertThat(refused.response().body()).contains("100 levels");
            assertThat(api.patch(path, "{'code':'c" + depth + "','metadata':{'deep':null}}").status()).isEqualTo(200);
            api.jdbc.sql("alter table skills drop constraint skills_metadata_portable").update();
        }
        api.jdbc.sql("alter table skills add constraint skills_metadata_portable"
                + " check (metadata is null or octet_length(metadata::text) <= 100 or agentdb_portable(metadata)) not"
                + " valid").update();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    @Test
    void anExport_isALineForEveryRecordOfTheKinds() throws IOException {
        api.send("POST", "/import", "application/x-ndjson", BodyPublishers.ofString("""
                {"kind":"skills","name":"exported"}
                {"kind":"edges","from":"exported","to":"imported","relationship":"r"}
                """));
        Answer skills = api.get("/export?kinds=skills,edges");
        assertThat(skills.status()).isEqualTo(200);
        assertThat(skills.header("Content-Type")).startsWith("application/x-ndjson");
        assertThat(skills.response().body().lines()).allMatch(line -> line.startsWith("{\"kind\":\"skills\",\"id\":")
                || line.startsWith("{\"kind\":\"edges\",\"id\":")).anyMatch(line -> line.contains("\"exported\""));
        Answer again = api.send("POST", "/import", "application/x-ndjson",
                BodyPublishers.ofString(api.get("/export").response().body()));
        for (JsonNode counts : again.json().path("kinds")) {
            assertThat(counts.path("created").intValue() + counts.path("updated").intValue()).isZero();
        }
        assertThat(again.json().path("errorCount").intValue()).isZero();
    }

    @Test
    void anExportOfASearch_isWhatItsPagesShow() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 130; i++) {
            lines.append("{\"kind\":\"episodes\",\"sessionId\":\"" + (i % 2 == 0 ? "even" : "odd")
                    + "\",\"task\":\"quokka number " + i + "\"}\n");
        }
        lines.append("{\"kind\":\"skills\",\"name\":\"feed a quokka\",\"tags\":[\"zoo\"]}\n");
        api.send("POST", "/import", "application/x-ndjson", BodyPublishers.ofString(lines.toString()));
        Answer all = api.get("/export?q=quokka");
        assertThat(all.status()).as(all.response().body()).isEqualTo(200);
        assertThat(all.header("Agentdb-Found")).isEqualTo("131");
        assertThat(all.response().body().lines()).hasSize(131).allMatch(line -> line.contains("quokka"));
        assertThat(api.get("/export?q=quokka&kinds=episodes&sessionId=even").response().body().lines()).hasSize(65);
        assertThat(api.get("/export?sessionId=odd").response().body().lines()).as("those that have the filter")
                .hasSize(65).allMatch(line -> line.startsWith("{\"kind\":\"episodes\""));
        assertThat(api.get("/export?tags=zoo&kinds=skills").response().body().lines()).hasSize(1);
        assertThat(api.get("/export?q=nothing-like-it").response().body()).isEmpty();
        HttpResponse<byte[]> file = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(
                "http://127.0.0.1:" + api.port() + "/export?format=sqlite&q=quokka&sessionId=odd")).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(file.headers().firstValue("Agentdb-Export").orElseThrow()).startsWith("episodes=65, skills=0");
        for (String wrong : List.of("kind=skills", "node=n", "kinds=skills&sessionId=odd", "q=", "q=a&since=lately",
                "limit=1", "format=ndjson&format=sqlite")) {
            assertThat(api.get("/export?" + wrong).status()).as(wrong).isEqualTo(400);
        }
    }

    /** Of this process: others of the build import at the same time. */
    private static long temporaryFiles() throws IOException {
        try (var files = Files.walk(TestProcess.directory("memory-node").resolve("import"))) {
            return files.filter(Files::isRegularFile).count();
        }
    }
}
