package io.agentdb.sync.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The chart's table of values and what its schema says of them are what values.yaml says. With {@code
 * -Dchart.write=true} they are written anew.
 */
class ChartPageTest {

    private static final Path PAGE = Chart.DIRECTORY.resolve("README.md");
    private static final Path SCHEMA = Chart.DIRECTORY.resolve("values.schema.json");
    private static final String BEGIN = "<!-- ./mvnw test -Dtest=ChartPageTest -Dchart.write=true writes this -->\n";
    private static final String END = "<!-- up to here -->\n";

    private final ValuesFile values = ValuesFile.read();

    @BeforeAll
    static void write() throws IOException {
        if (Boolean.getBoolean("chart.write")) {
            ValuesFile values = ValuesFile.read();
            String page = Files.readString(PAGE);
            Files.writeString(PAGE, page.substring(0, page.indexOf(BEGIN)) + BEGIN + values.table()
                    + page.substring(page.indexOf(END)));
            Files.writeString(SCHEMA, ValuesSchema.described(Files.readString(SCHEMA), values));
        }
    }

    @Test
    void tableOfTheReadme_isWhatTheFileSays() throws IOException {
        assertThat(values.values()).hasSizeGreaterThan(120).containsKeys("service.quic.nodePort", "extraObjects");
        assertThat(table(Files.readString(PAGE))).isEqualTo(values.table());
    }

    @Test
    void schema_describesEachValue() throws IOException {
        assertThat(Files.readString(SCHEMA))
                .isEqualTo(ValuesSchema.described(Files.readString(SCHEMA), values));
    }

    /** One that is only in the schema would be taken, and nobody would know of it. */
    @Test
    void eachValueOfTheSchema_isInTheFile() throws IOException {
        List<String> unknown = new ArrayList<>();
        collect("", JsonMapper.shared().readTree(Files.readString(SCHEMA)), unknown);
        // Helm's own.
        unknown.removeAll(List.of("global", "enabled"));
        assertThat(unknown).isEmpty();
    }

    @Test
    void valueOfWhichNothingIsSaid_isFound() {
        ValuesFile file = new ValuesFile(values.values(), Map.of("nonsense.value", "Said."), values.defaults());
        assertThatThrownBy(() -> ValuesSchema.described(Files.readString(SCHEMA), file))
                .hasMessageContaining("nonsense.value");
    }

    private void collect(String prefix, JsonNode schema, List<String> unknown) {
        schema.path("properties").properties().forEach(property -> {
            String path = prefix + property.getKey();
            if (values.values().keySet().stream().anyMatch(value -> value.startsWith(path + "."))) {
                collect(path + ".", property.getValue(), unknown);
            } else if (!values.values().containsKey(path)) {
                unknown.add(path);
            }
        });
    }

    private static String table(String page) {
        return page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END));
    }
}
