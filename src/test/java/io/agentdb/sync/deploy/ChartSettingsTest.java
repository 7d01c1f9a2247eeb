package io.agentdb.sync.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart tells the node, the node knows: a setting that it does not know would silently do nothing. */
class ChartSettingsTest {

    static List<Path> valueSets() {
        return Chart.valueSets();
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void everySetting_isOneThatTheNodeHas(Path values) {
        ApplicationSettings settings = ApplicationSettings.of(Chart.render(values));
        assertThat(settings.unknown()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void everyPlaceholder_isAFileOfASecret(Path values) {
        Manifests chart = Chart.render(values);
        assertThat(ApplicationSettings.secretFiles(chart)).containsAll(ApplicationSettings.placeholders(chart)).doesNotHaveDuplicates();
    }

    @Test
    void settingThatTheNodeDoesNotHave_isFound() {
        Manifests chart = Chart.render(Chart.valueSet("external"), "config.agentdb.sync.batchsizes", "5", "config.spring.datasauce", "x");
        assertThat(ApplicationSettings.of(chart).unknown()).containsExactlyInAnyOrder("agentdb.sync.batchsizes", "spring.datasauce");
    }

    @Test
    void settingOfAWrongValue_isRefusedByTheNodesOwnRecords() {
        Manifests chart = Chart.render(Chart.valueSet("external"), "config.agentdb.conflicts.retention", "-3d");
        assertThatThrownBy(() -> ApplicationSettings.of(chart)).hasRootCauseMessage("agentdb.conflicts.retention must be positive, not PT-72H");
    }

    @Test
    void nodeId_isTheReleasesNameCutToWhatTheNodeTakes() {
        Manifests chart = Chart.render("a".repeat(30) + ".b.long-one", Chart.valueSet("external"));
        assertThat(chart.applicationYaml()).contains("id: " + "a".repeat(30) + "\n");
    }

    @Test
    void ownSettings_winOverTheCharts() {
        assertThat(Chart.render(Chart.valueSet("external"), "config.agentdb.sync.interval", "7s").applicationYaml()).contains("interval: 7s")
                .doesNotContain("interval: 60s");
    }
}
