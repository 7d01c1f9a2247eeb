package io.agentdb.sync.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.web.LiveMemory.Answer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    @ValueSource(strings = {"application/vnd.sqlite3", "application/octet-stream", "application/x-www-form-urlencoded", "text/plain"})
    void aDatabaseFile_isKnownByItsFirstBytes(String type) throws IOException {
        long before = temporaryFiles();
        Answer answer = api.stream("/import", type, () -> TransferApiTest.class.getResourceAsStream("/example/agentdb-sample.sqlite"));
        assertThat(answer.status()).isEqualTo(200);
        JsonNode episodes = answer.json().path("kinds").path("episodes");
        assertThat(episodes.path("created").intValue() + episodes.path("unchanged").intValue()).isEqualTo(181);
        assertThat(answer.json().path("embeddingsSkipped").intValue()).isEqualTo(194);
        assertThat(temporaryFiles()).isEqualTo(before);
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
        Answer again = api.send("POST", "/import", "application/x-ndjson", BodyPublishers.ofString(api.get("/export").response().body()));
        for (JsonNode counts : again.json().path("kinds")) {
            assertThat(counts.path("created").intValue() + counts.path("updated").intValue()).isZero();
        }
        assertThat(again.json().path("errorCount").intValue()).isZero();
    }

    @Test
    void theDescription_namesEveryOperation() {
        JsonNode description = api.get("/v3/api-docs").json();
        assertThat(description.path("info").path("title").stringValue()).isEqualTo("AgentDB Sync Node");
        assertThat(description.path("paths").propertyNames()).contains("/episodes", "/episodes/{id}", "/skills", "/skills/{id}",
                "/skills/by-name/{name}", "/edges", "/edges/{id}", "/import", "/export");
        description.path("paths").forEach(path -> path.forEach(operation -> {
            assertThat(operation.path("summary").stringValue()).isNotBlank();
            assertThat(operation.path("tags").size()).isEqualTo(1);
        }));
        assertThat(description.path("paths").path("/skills").path("post").path("requestBody").toString()).contains("schemas/Skill");
        assertThat(description.path("components").path("schemas").path("Episode").path("properties").propertyNames()).contains("latencyMs");
        assertThat(api.get("/swagger-ui.html").status()).isIn(200, 302);
    }

    private static long temporaryFiles() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("agentdb-import-")).count();
        }
    }
}
