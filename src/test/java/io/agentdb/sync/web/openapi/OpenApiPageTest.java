package io.agentdb.sync.web.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds docs/openapi.yaml to what a node says of itself, and that to what it does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class OpenApiPageTest {

    private static final Path PAGE = Path.of("docs/openapi.yaml");
    private static final String NOBODY = UUID.randomUUID().toString();

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final List<String> flaws = new ArrayList<>();
    private TestNode a;
    private TestNode b;
    private DescribedApi api;

    @BeforeAll
    void start() throws Exception {
        a = TestNode.start("described", "agentdb.client.max-retries=0", "agentdb.client.timeout=5s",
                "agentdb.client.tls.verify=false");
        b = TestNode.start("lab");
        api = new DescribedApi(get("/v3/api-docs").body());
        send("POST", "/peers", "{\"name\": \"b\", \"address\": \"127.0.0.1:" + b.quicPort() + "\"}");
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void page_isWhatTheNodeSays() throws Exception {
        // Where the node listens is each node's own.
        String said = get("/v3/api-docs.yaml").body().replaceAll("(?m)^servers:\\n([- ].*\\n)+", "");
        if (Boolean.getBoolean("openapi.write")) {
            Files.writeString(PAGE, said);
        }
        assertThat(Files.readString(PAGE)).as("to bring it up to date:"
                + " ./mvnw test -Dtest=OpenApiPageTest -Dopenapi.write=true").isEqualTo(said);
    }

    @Test
    void everyOperation_hasAnIdOfItsOwn_thatNothingElseInTheCodeDecides() {
        List<String> ids = new ArrayList<>();
        api.operations().forEach((name, operation) -> {
            ids.add(operation.path("operationId").stringValue());
            assertThat(operation.path("summary").stringValue()).as(name).isNotBlank();
            assertThat(operation.path("tags").size()).as(name).isEqualTo(1);
        });
        assertThat(ids).hasSizeGreaterThan(60).doesNotHaveDuplicates()
                // A method's bare name, or one with a number, would be another after a method more.
                .allMatch(id -> id.matches("[a-z]+([A-Z][a-z]*)+|mcp"));
    }

    @Test
    void everyFailure_isAProblem_andEverySuccessSaysOfWhat() {
        api.operations().forEach((name, operation) -> {
            assertThat(operation.path("responses").propertyNames()).as(name).contains("400", "401", "403", "500", "503")
                    .anyMatch(status -> status.startsWith("2"));
            operation.path("responses").properties().forEach(entry -> {
                JsonNode answer = api.resolved(entry.getValue());
                assertThat(answer.path("description").stringValue()).as(name).isNotBlank();
                if (Integer.parseInt(entry.getKey()) >= 400 && !name.endsWith("/mcp")) {
                    assertThat(answer.path("content").path("application/problem+json").path("schema").path("$ref")
                            .stringValue()).as(name).isEqualTo("#/components/schemas/Problem");
                } else if (entry.getKey().startsWith("20") && !entry.getKey().equals("204")
                        && !name.endsWith("/mcp")) {
                    answer.path("content").forEach(content -> assertThat(content.path("schema").has("$ref")
                            || content.path("schema").has("items") || content.path("schema").path("type").stringValue()
                            .equals("string")).as(name + content).isTrue());
                }
            });
        });
    }

    /** A generated client would have {@code Array<any>}, and lose what is in it. */
    @Test
    void everyList_saysOfWhat() {
        assertThat(api.lists()).hasSizeGreaterThan(40).allMatch(list -> list.path("items").has("$ref")
                || list.path("items").has("type"));
    }

    @Test
    void everyExample_isTaken() throws Exception {
        send("PUT", "/peers/lab", "{\"address\": \"127.0.0.1:" + b.quicPort() + "\"}");
        for (String kind : List.of("Episode", "Skill", "Edge")) {
            String path = "/" + kind.toLowerCase(Locale.ROOT) + "s";
            HttpResponse<String> made = send("POST", path, example("New" + kind));
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            String place = made.headers().firstValue("Location").orElseThrow();
            assertThat(send("PATCH", place, example(kind + "Patch")).statusCode()).isEqualTo(200);
        }
        taken("POST", "/sync?wait=true", "SyncRequest");
        taken("POST", "/peers/lab/verify", "VerifyOptions");
        taken("PATCH", "/peers/lab", "PeerPatch");
        taken("PUT", "/peers/lab", "PeerRequest");
        taken("PUT", "/blocked/mallory", "BlockRequest");
        taken("POST", "/conflicts/resolutions", "ResolutionsBody");
        taken("POST", "/conflicts/" + conflict() + "/resolution", "ResolutionBody");
        taken("PUT", "/sync/auto", "Auto");
        send("PUT", "/sync/auto", "{\"enabled\": false}");
        send("DELETE", "/peers/lab", null);
        send("DELETE", "/blocked/mallory", null);
        assertThat(flaws).isEmpty();
    }

    @Test
    void everyAnswer_isAsDescribed() throws Exception {
        long open = conflict();
        String skill = send("POST", "/skills", "{\"name\": \"described\", \"metadata\": {\"deep\": [1, {}]}}").headers()
                .firstValue("Location").orElseThrow();
        String run = send("POST", "/sync", "{\"peer\": \"b\", \"dryRun\": true}").headers().firstValue("Location")
                .orElseThrow();
        for (String path : List.of("/status", "/peers", "/peers/b", "/nodes", "/sync/state", "/sync/runs", run,
                run + "/events", "/connections", "/rate-limits", "/blocked", "/digests", "/quarantine", "/unsent",
                "/ahead", "/log", "/whoami", "/attachments", "/episodes", "/skills?limit=1", "/edges", skill,
                "/skills/by-name/described", skill + "/versions", "/search?q=described", "/conflicts",
                "/conflicts/" + open, "/export", "/export?format=sqlite", "/episodes?limit=0", "/episodes/1",
                "/episodes/" + NOBODY, "/sync/runs/" + NOBODY, "/conflicts/0", "/peers/nobody", "/log?level=loud",
                "/skills/by-name/nobody", "/quarantine/episodes/" + NOBODY + "/a~1/1", "/pets/" + NOBODY + "/versions",
                "/search?by=heart", "/export?kinds=pets")) {
            get(path);
        }
        send("PUT", skill, "{\"name\": \"described\"}");
        send("PUT", skill, "{\"name\": \"another\"}");
        send("POST", "/skills", "{\"name\": \"described\"}");
        send("POST", "/skills", "{\"name\": ");
        send("POST", "/skills", "{\"nam\": 1, \"uses\": \"many\"}");
        send("POST", "/import", "{\"kind\": \"skills\", \"name\": \"imported\"}\n{\"kind\": \"skills\"}");
        send("POST", "/import", "{\"kind\": \"skills\"}");
        send("POST", "/sync?wait=true", null);
        send("POST", "/sync", "{\"peer\": \"nobody\"}");
        send("DELETE", run, null);
        send("POST", "/peers/b/ping", null);
        send("POST", "/peers/b/verify", "{\"repair\": true}");
        send("POST", "/peers/b/pause?for=1h", null);
        send("POST", "/sync", "{\"peer\": \"b\"}");
        send("POST", "/peers/b/resume", null);
        send("POST", "/peers/pause", null);
        send("POST", "/peers/b/resume", null);
        send("POST", "/peers/resume", null);
        send("POST", "/peers", "{\"name\": \"away\", \"address\": \"127.0.0.1:1\"}");
        send("POST", "/peers", "{\"name\": \"away\", \"address\": \"127.0.0.1:1\"}");
        send("POST", "/sync?wait=true", "{\"peer\": \"away\"}");
        send("POST", "/peers/away/ping", null);
        send("DELETE", "/peers/away", null);
        send("DELETE", "/peers/away", null);
        send("PUT", "/blocked/eve", "{}");
        get("/blocked");
        send("DELETE", "/blocked/eve", null);
        send("POST", "/conflicts/" + open + "/resolution", "{\"pick\": \"local\", \"expected\": \"none\"}");
        String decided = send("POST", "/conflicts/resolutions", "{\"ids\": [" + open + ", 0], \"pick\": \"merge\"}")
                .body();
        send("POST", "/conflicts/" + open + "/resolution", "{\"pick\": \"local\"}");
        send("POST", "/conflicts/resolutions/" + json.readTree(decided).path("id").stringValue() + "/undo", null);
        send("POST", "/conflicts/resolutions/" + NOBODY + "/undo", null);
        send("POST", skill + "/restamp", null);
        send("POST", "/quarantine/replay", null);
        send("POST", "/nodes/lab/retire", null);
        send("DELETE", "/nodes/nobody/credential", null);
        send("DELETE", "/connections/none", null);
        send("POST", "/mcp", "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\"}");
        send("POST", "/mcp", "{}");
        send("DELETE", skill, null);
        assertThat(flaws).isEmpty();
    }

    private void taken(String method, String path, String schema) throws Exception {
        HttpResponse<String> answer = send(method, path, example(schema));
        assertThat(answer.statusCode()).as(schema + ": " + answer.body()).isBetween(200, 204);
    }

    private String example(String schema) {
        JsonNode example = api.whole().path("components").path("schemas").path(schema).path("example");
        assertThat(example.isMissingNode()).as(schema).isFalse();
        return example.toString().replace("lab.example:4433", "127.0.0.1:" + b.quicPort());
    }

    /** An open one: both sides have changed an episode. */
    private long conflict() throws Exception {
        UUID episode = a.episode("described");
        sync();
        a.jdbc().update("update episodes set critique = 'here', metadata = '[1]' where id = ?", episode);
        b.jdbc().update("update episodes set critique = 'there' where id = ?", episode);
        sync();
        return a.jdbc().queryForObject("select id from conflicts where record_id = ?", Long.class, episode);
    }

    private void sync() throws Exception {
        assertThat(send("POST", "/sync?wait=true", "{\"peer\": \"b\", \"strategy\": \"manual\"}").statusCode())
                .isEqualTo(200);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, null);
    }

    /** Notes down what is not as described. */
    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(a.url(path)))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", path.equals("/import") ? "application/x-ndjson" : "application/json");
        }
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        if (api != null && !path.startsWith("/v3/")) {
            flaws.addAll(api.flaws(method, path, answer.statusCode(),
                    answer.headers().firstValue("Content-Type").orElse(""), answer.body()));
        }
        return answer;
    }
}
