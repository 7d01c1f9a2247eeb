package io.agentdb.sync.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alert rules reach the cluster as they stand in their files, braces and all. */
class ChartMetricsTest {

    private static final String ALERTS = """
            # Rules with templates of their own.
            groups:
              - name: agentdb
                rules:
                  - alert: Lag
                    expr: agentdb_sync_lag_seconds > 60
                    annotations:
                      summary: "{{ $labels.peer }} is {{ $value | humanizeDuration }} behind"
            """;
    private static final String DASHBOARD = "{\n  \"title\": \"{{peer}}\",\n  \"panels\": []\n}\n";

    @TempDir
    private Path directory;
    private Path chart;

    @BeforeEach
    void putFiles() throws IOException {
        chart = Chart.copy(directory.resolve("agentdb-sync"));
        Path files = Files.createDirectories(chart.resolve("files"));
        Files.writeString(files.resolve("alerts.yml"), ALERTS);
        Files.writeString(files.resolve("dashboard.json"), DASHBOARD);
    }

    @Test
    void files_arriveUnchanged() {
        Manifests rendered = Chart.render(chart, Chart.RELEASE, Chart.valueSet("cloudnativepg"));
        Map<String, Object> rule = rendered.one("PrometheusRule");
        KubernetesSchema.validate(rule);
        assertThat(rule.get("spec")).isEqualTo(Manifests.parse(ALERTS).all().get(0));
        Map<String, Object> dashboard = rendered.named("ConfigMap", "alpha-agentdb-sync-dashboard");
        assertThat(Manifests.map(dashboard.get("data")))
                .containsExactly(Map.entry("alpha-agentdb-sync.json", DASHBOARD));
        assertThat(Manifests.map(Manifests.at(dashboard, "metadata.labels"))).containsEntry("grafana_dashboard", "1");
    }

    @Test
    void alertsThatAreDisabled_areLeftOut_andOthersPutBeside() {
        List<Object> alerts = alerts(Chart.render(Chart.valueSet("mesh")));
        List<Object> all = new ArrayList<>(alerts(Chart.render(Chart.valueSet("cloudnativepg"))));
        assertThat(all.removeAll(List.of("AgentdbPacing", "AgentdbSyncLag"))).isTrue();
        all.add("MemoryOutOfDate");
        assertThat(alerts).isEqualTo(all);
    }

    @Test
    void job_isCalledAsTheAlertsWantIt_howeverTheChartIsNamed() throws IOException {
        Manifests rendered = Chart.render(Chart.valueSet("cloudnativepg"), "nameOverride", "memory");
        List<Map<String, Object>> endpoints = Manifests.maps(
                Manifests.at(rendered.one("ServiceMonitor"), "spec.endpoints"));
        assertThat(Manifests.maps(endpoints.get(0).get("relabelings")))
                .containsExactly(Map.of("targetLabel", "job", "replacement", "agentdb-sync"),
                        Map.of("targetLabel", "cluster", "replacement", "berlin"));
        assertThat(Chart.DIRECTORY.resolve("files/alerts.yml")).content().contains("up{job=\"agentdb-sync\"}");
        assertThat(Path.of("compose/prometheus.yml")).content().contains("job_name: agentdb-sync\n");
    }

    @Test
    void scrapes_logInWithTheViewersToken() {
        Manifests rendered = Chart.render(Chart.valueSet("cloudnativepg"));
        Map<String, Object> endpoint = Manifests.maps(Manifests.at(rendered.one("ServiceMonitor"), "spec.endpoints"))
                .get(0);
        Map<String, Object> credentials = Manifests.map(Manifests.at(endpoint, "authorization.credentials"));
        assertThat(Manifests.map(rendered.named("Secret", (String) credentials.get("name")).get("data")))
                .containsKey((String) credentials.get("key"));
        assertThat(endpoint).containsEntry("path", "/actuator/prometheus").containsEntry("port", "management");
    }

    @Test
    void metrics_areNobodysBusinessUnlessAskedFor() {
        Manifests rendered = Chart.render(chart, Chart.RELEASE, Chart.valueSet("external"));
        assertThat(rendered.all()).extracting(manifest -> manifest.get("kind"))
                .doesNotContain("ServiceMonitor", "PrometheusRule");
        assertThat(rendered.ofKind("ConfigMap")).hasSize(1);
    }

    private static List<Object> alerts(Manifests chart) {
        return Manifests.maps(Manifests.at(chart.one("PrometheusRule"), "spec.groups")).stream()
                .flatMap(group -> Manifests.maps(group.get("rules")).stream()).map(rule -> rule.get("alert")).toList();
    }
}
