package io.agentdb.sync.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.deploy.metrics.PromQuery.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Every alert asks for what nodes expose, fires on a series made for it, and is quiet on a node that is well. */
class AlertsTest {

    private static final String RULES = "helm/agentdb-sync/files/alerts.yml";
    private static final String CASES = "src/test/resources/prometheus/alerts-test.yml";
    /** Everybody names them as they like; of any other label, the values are the node's own. */
    private static final Set<String> FREE = Set.of("node", "node_id", "version", "peer", "pool");

    private final List<Map<String, Object>> alerts = list(list(yaml(RULES), "groups"), "rules");
    private final List<Map<String, Object>> groups = list(yaml(CASES), "tests");

    @Test
    void everyAlert_asksForMetricsAndLabelsThatThereAre() {
        assertThat(alerts).hasSizeGreaterThan(10);
        for (Map<String, Object> alert : alerts) {
            assertThat(Drift.of(query(alert))).as((String) alert.get("alert")).isEmpty();
        }
    }

    @Test
    void everyAlert_leadsToItsSectionOfThePage_inTheProjectThatTheImageNames() throws IOException {
        String image = Files.readString(Path.of("Dockerfile"));
        String project = image.replaceAll("(?s).*org\\.opencontainers\\.image\\.source=\"([^\"]+)\".*", "$1");
        List<String> page = Files.readAllLines(Path.of("docs/alerts.md"));
        for (Map<String, Object> alert : alerts) {
            String name = (String) alert.get("alert");
            assertThat(page).contains("## " + name);
            assertThat(map(alert, "annotations")).containsEntry("runbook_url",
                    project + "/blob/main/docs/alerts.md#" + name.toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void everyAlert_waitsBeforeItFires_andSaysHowBadItIs_whatHappened_andWhatToDo() {
        assertThat(alerts).extracting(alert -> alert.get("alert")).doesNotHaveDuplicates()
                .allMatch(name -> name.toString().startsWith("Agentdb"));
        for (Map<String, Object> alert : alerts) {
            String name = (String) alert.get("alert");
            assertThat(alert).as(name).containsKey("for");
            assertThat(map(alert, "labels").get("severity")).as(name).isIn("info", "warning", "critical");
            assertThat(map(alert, "annotations")).as(name).containsOnlyKeys("summary", "description", "runbook_url");
        }
    }

    @Test
    void prometheus_findsTheRulesRight_andEveryAlertFiresWhenItShouldAndNotBefore() {
        assertThat(Promtool.check("", "check", "rules", RULES)).contains("SUCCESS: " + alerts.size() + " rules found");
        assertThat(Promtool.check("", "test", "rules", CASES)).contains("SUCCESS");
    }

    @Test
    void prometheus_findsTheNamesOfTheMetricsRight() {
        for (Scrape scrape : WatchedNodes.scrapes()) {
            // Of others' names it complains as well; a spoilt text it refuses.
            String ours = scrape.text().lines().filter(line -> line.startsWith("agentdb_")
                    || line.matches("# (HELP|TYPE) agentdb_.*"))
                    .collect(Collectors.joining("\n", "", "\n"));
            assertThat(Promtool.check(ours, "check", "metrics")).isEmpty();
        }
    }

    @Test
    void everyAlert_hasACaseInWhichItFires_andOneOnANodeThatIsWell_withAllThatItAsksFor() {
        for (Map<String, Object> alert : alerts) {
            String name = (String) alert.get("alert");
            assertThat(groups).as(name + " fires").anyMatch(group -> fires(group, name));
            Set<String> asked = query(alert).selectors().stream().map(Selector::metric).collect(Collectors.toSet());
            assertThat(groups).as(name + " is quiet where there are " + asked).anyMatch(group -> quiet(group, name)
                    && series(group).stream().map(Selector::metric).collect(Collectors.toSet()).containsAll(asked));
        }
    }

    @Test
    void everySeriesOfTheCases_isOneThatNodesExpose() {
        for (Selector series : groups.stream().flatMap(group -> series(group).stream()).toList()) {
            Map<String, String> labels = series.matchings().stream().filter(one -> !Drift.TARGET.contains(one.label()))
                    .collect(Collectors.toMap(PromQuery.Matching::label, PromQuery.Matching::value));
            if (series.metric().equals(Drift.UP)) {
                assertThat(labels).isEmpty();
            } else {
                assertThat(Drift.samples(series.metric())).as(series.toString())
                        .anyMatch(sample -> same(sample.labels(), labels));
            }
            assertThat(series.matchings()).as(series.toString()).extracting(PromQuery.Matching::label)
                    .contains("job", "instance");
        }
    }

    private static boolean same(Map<String, String> exposed, Map<String, String> series) {
        return exposed.keySet().equals(series.keySet()) && series.entrySet().stream()
                .allMatch(label -> FREE.contains(label.getKey())
                        || exposed.get(label.getKey()).equals(label.getValue()));
    }

    private static boolean fires(Map<String, Object> group, String alert) {
        return list(group, "alert_rule_test").stream().anyMatch(
                one -> one.get("alertname").equals(alert) && !list(one, "exp_alerts").isEmpty());
    }

    private static boolean quiet(Map<String, Object> group, String alert) {
        List<Map<String, Object>> its = list(group, "alert_rule_test").stream()
                .filter(one -> one.get("alertname").equals(alert)).toList();
        return !its.isEmpty() && its.stream().allMatch(one -> list(one, "exp_alerts").isEmpty());
    }

    private static List<Selector> series(Map<String, Object> group) {
        return list(group, "input_series").stream().flatMap(
                one -> PromQuery.parse((String) one.get("series")).selectors().stream()).toList();
    }

    private static PromQuery query(Map<String, Object> alert) {
        return PromQuery.parse((String) alert.get("expr"));
    }

    private static List<Map<String, Object>> list(List<Map<String, Object>> of, String key) {
        return of.stream().flatMap(one -> list(one, key).stream()).toList();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> of, String key) {
        return (List<Map<String, Object>>) of.get(key);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<String, Object> of, String key) {
        return (Map<String, Object>) of.get(key);
    }

    private static Map<String, Object> yaml(String file) {
        try {
            return new Yaml().load(Files.readString(Path.of(file)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
