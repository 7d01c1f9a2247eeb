package io.agentdb.sync.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Grafana's dashboard asks for what nodes expose, and can be provisioned as it is. */
class DashboardTest {

    private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)}?");
    private static final Pattern VALUES = Pattern.compile("label_values\\((.*), (\\w+)\\)");

    private final String dashboard = read();

    @Test
    void everyQuery_asksForMetricsAndLabelsThatThereAre() {
        List<Map<String, Object>> targets = JsonPath.read(dashboard, "$.panels[*].targets[*]");
        assertThat(targets).hasSizeGreaterThan(30);
        for (Map<String, Object> target : targets) {
            String expression = (String) target.get("expr");
            PromQuery query = PromQuery.parse(withoutVariables(expression));
            assertThat(Drift.of(query)).as(expression).isEmpty();
            Set<String> legend = LEGEND.matcher((String) target.get("legendFormat")).results().map(one -> one.group(1))
                    .collect(Collectors.toSet());
            assertThat(query.labels()).as("the labels that are left by " + expression).containsAll(legend);
        }
    }

    /** It judges rules only: each query becomes one. */
    @Test
    void prometheus_findsEveryQueryRight(@TempDir Path directory) throws IOException {
        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        List<String> queries = JsonPath.read(dashboard, "$.panels[*].targets[*].expr");
        for (int i = 0; i < queries.size(); i++) {
            rules.append("  - record: query_").append(i).append("\n    expr: '")
                    .append(withoutVariables(queries.get(i))).append("'\n");
        }
        Path file = Files.writeString(directory.resolve("rules.yml"), rules);
        assertThat(Promtool.check("", "check", "rules", file.toString()))
                .contains("SUCCESS: " + queries.size() + " rules found");
    }

    @Test
    void everyVariable_isFilledFromWhatThereIs_andEveryOneThatIsUsedIsDefined() {
        List<String> queries = JsonPath.read(dashboard, "$.templating.list[*].definition");
        assertThat(queries).hasSize(4);
        for (String query : queries) {
            MatchResult values = VALUES.matcher(query).results().findFirst().orElseThrow();
            PromQuery asked = PromQuery.parse(withoutVariables(values.group(1)));
            assertThat(Drift.of(new PromQuery(asked.selectors(), Set.of(values.group(2))))).as(query).isEmpty();
        }
        Set<String> defined = new HashSet<>(JsonPath.<List<String>>read(dashboard, "$.templating.list[*].name"));
        Set<String> used = VARIABLE.matcher(dashboard).results().map(one -> one.group(1))
                .filter(name -> !name.startsWith("__"))
                .collect(Collectors.toSet());
        assertThat(used).isEqualTo(defined);
    }

    @Test
    void dashboard_canBeProvisioned_andKeepsItsIdentity() {
        assertThat(JsonPath.<Map<String, Object>>read(dashboard, "$"))
                .doesNotContainKeys("__inputs", "__requires", "id");
        assertThat(JsonPath.<String>read(dashboard, "$.uid")).isEqualTo("agentdb-sync");
        List<Integer> ids = JsonPath.read(dashboard, "$.panels[*].id");
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(JsonPath.<List<String>>read(dashboard, "$..datasource.uid")).hasSizeGreaterThan(30)
                .containsOnly("${datasource}");
        List<Map<String, Object>> drawn = JsonPath.read(dashboard, "$.panels[?(@.type != 'row')]");
        assertThat(drawn).allSatisfy(panel -> {
            assertThat((String) panel.get("description")).as("description of " + panel.get("title")).isNotBlank();
            assertThat(JsonPath.<String>read(panel, "$.fieldConfig.defaults.unit")).as("unit of " + panel.get("title"))
                    .isNotBlank();
        });
    }

    @Test
    void panels_doNotCoverEachOther() {
        List<Map<String, Integer>> places = JsonPath.read(dashboard, "$.panels[*].gridPos");
        Set<String> taken = new HashSet<>();
        for (Map<String, Integer> place : places) {
            assertThat(place.get("x") + place.get("w")).isLessThanOrEqualTo(24);
            for (int x = place.get("x"); x < place.get("x") + place.get("w"); x++) {
                for (int y = place.get("y"); y < place.get("y") + place.get("h"); y++) {
                    assertThat(taken.add(x + "," + y)).as("free: %d,%d", x, y).isTrue();
                }
            }
        }
    }

    /** As if everything were chosen. */
    private static String withoutVariables(String query) {
        return query.replace("$__rate_interval", "1m").replaceAll("\\$(job|instance|node|peer)", ".*");
    }

    private static String read() {
        try {
            return Files.readString(Path.of("helm/agentdb-sync/files/dashboard.json"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
