package io.agentdb.sync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.cli.CommandRun.Place;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code memory}, {@code import} and {@code export}. */
class MemoryVerbTest extends WithNode {

    private static final String RECORD = "{\"kind\": \"episodes\", \"sessionId\": \"s\", \"task\": \"Grüße, 你好\","
            + " \"critique\": \"first\\nsecond \\u001b[31m red\", \"tags\": [\"a\"]}";

    @Test
    void aRecord_isPut_found_shownAndDeleted() throws Exception {
        CommandRun put = operator().saying(RECORD).run("memory", "put", "-", "-o", "json");
        assertThat(put.status()).as(put.err()).isZero();
        String id = put.json().path("id").asString();
        assertThat(text("memory", "search", "grüße", "--words", "-k", "3")).contains(id, "你好");
        assertThat(json("memory", "search", "你好").path("items").path(0).path("id").asString()).isEqualTo(id);
        assertThat(text("memory", "get", id)).contains("task: Grüße, 你好", "first\nsecond \\u001b[31m red")
                .doesNotContain("\033");
        assertThat(json("memory", "get", id, "--kind", "episodes").path("critique").asString()).contains("\033");
        Path again = Files.writeString(home.resolve("again.json"),
                "{\"id\": \"" + id + "\", \"sessionId\": \"s\", \"task\": \"changed\"}");
        assertThat(fails(2, operator(), "memory", "put", again.toString())).contains("--kind");
        assertThat(text("memory", "put", again.toString(), "--kind", "episodes")).contains(id);
        assertThat(fails(2, operator(), "memory", "delete", id)).contains("--yes");
        assertThat(fails(4, viewer(), "memory", "delete", id, "--yes")).isNotBlank();
        assertThat(text("memory", "delete", id, "--yes")).contains("Deleted 1 record");
        assertThat(fails(5, operator(), "memory", "get", id)).contains(id);
        assertThat(fails(2, operator(), "memory", "get", "no-uuid")).contains("UUID");
        assertThat(fails(2, operator(), "memory")).contains("say search");
        assertThat(fails(2, operator().saying("[1"), "memory", "put", "-")).contains("cannot be read");
    }

    @Test
    void whatIsExported_isImportedElsewhere() throws Exception {
        operator().saying(RECORD).run("memory", "put", "-");
        Path file = home.resolve("export.ndjson");
        assertThat(text("export", "--file", file.toString(), "--kind", "episodes,skills")).contains("Exported to");
        assertThat(Files.readString(file)).contains("你好");
        assertThat(text("export")).contains("你好").startsWith("{");
        assertThat(text("export", "--words", "nothing like it")).isEmpty();
        assertThat(text("export", "--filter", "sessionId=none")).isEmpty();
        assertThat(text("export", "-f", home.resolve("agent.db").toString(), "--format", "sqlite"))
                .contains("Exported");
        assertThat(Files.readAllBytes(home.resolve("agent.db"))).startsWith("SQLite format 3".getBytes("US-ASCII"));
        CommandRun elsewhere = Place.of(home).run("import", file.toString(), "--url", other.url(""));
        assertThat(elsewhere.status()).as(elsewhere.err()).isZero();
        assertThat(elsewhere.out()).contains("episodes: ", " created");
        JsonNode again = json("import", home.resolve("agent.db").toString());
        assertThat(again.path("errorCount").asInt(-1)).isZero();
        CommandRun mixed = operator().saying(RECORD + "\n{\"kind\": \"episodes\"}\n").run("import", "-");
        assertThat(mixed.status()).as(mixed.err()).isEqualTo(8);
        assertThat(mixed.out()).contains("1 error", "line 2");
        assertThat(fails(2, operator().saying("{\"kind\": \"episodes\"}\n"), "import", "-"))
                .contains("Nothing was good");
        assertThat(fails(2, operator(), "import", "/not/there")).contains("cannot be read");
        assertThat(fails(2, operator(), "export", "--kind", "nonsense")).contains("nonsense");
    }

    @Test
    void tablesThatAreLeftOut_areNamed_withTheirRows() throws Exception {
        Path file = home.resolve("sample.sqlite");
        try (InputStream sample = getClass().getResourceAsStream("/example/agentdb-sample.sqlite")) {
            Files.copy(sample, file);
        }
        assertThat(text("import", file.toString())).contains("episodes: ",
                "\nreasoning_patterns: 3 rows of a table that is not carried over");
    }
}
