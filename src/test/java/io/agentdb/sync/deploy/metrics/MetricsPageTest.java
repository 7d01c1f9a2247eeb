package io.agentdb.sync.deploy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/metrics.md says of every metric what it is. */
class MetricsPageTest {

    /** A line of one of its tables. */
    record Documented(String type, Set<String> labels) { }

    private static final Pattern LINE = Pattern.compile(
            "\\| `([a-z_]+)` \\| (counter|gauge|summary|histogram) \\| ([^|]*)\\|.*");
    /** Prometheus' own label of a histogram's samples. */
    private static final String BOUND = "le";
    private static final Pattern CODE = Pattern.compile("`([a-z_]+)`");
    /** What makes a family of several samples. */
    private static final Pattern SUFFIX = Pattern.compile("_(count|sum|bucket)$");

    @Test
    void everyMetricOfOurs_isOnThePage_withItsTypeAndLabels_andNoOther() throws IOException {
        Map<String, Documented> ours = new TreeMap<>(page());
        ours.keySet().removeIf(name -> !name.startsWith("agentdb_"));
        Map<String, Documented> exposed = new TreeMap<>();
        WatchedNodes.scrapes().forEach(scrape -> exposed.putAll(exposed(scrape, name -> name.startsWith("agentdb_"))));
        assertThat(ours).isEqualTo(exposed);
    }

    @Test
    void everyOtherMetricOnThePage_isThere() throws IOException {
        Map<String, Documented> others = page();
        others.keySet().removeIf(name -> name.startsWith("agentdb_"));
        assertThat(others).hasSizeGreaterThan(5).isEqualTo(exposed(WatchedNodes.scrapes().get(0), others::containsKey));
    }

    @Test
    void samplesOfOneName_haveTheSameLabels_andEveryFamilyOfOursSaysWhatItIs() {
        for (Scrape scrape : WatchedNodes.scrapes()) {
            scrape.samples().stream().filter(sample -> sample.name().startsWith("agentdb_"))
                    .collect(Collectors.groupingBy(Scrape.Sample::name))
                    .forEach((name, samples) -> assertThat(samples).as(name)
                            .allSatisfy(sample -> assertThat(sample.labels().keySet())
                                    .isEqualTo(scrape.labels(samples))));
            scrape.types().keySet().stream().filter(name -> name.startsWith("agentdb_"))
                    .forEach(name -> assertThat(scrape.help().get(name)).as(name).isNotBlank());
        }
    }

    @Test
    void runsAndRequestsToRest_havePercentiles_ofFewSeries() {
        Scrape alpha = WatchedNodes.scrapes().get(0);
        Map.of("agentdb_sync_run_seconds", 13, "http_server_requests_seconds", 8).forEach((name, bounds) -> {
            List<Scrape.Sample> buckets = alpha.named(name + "_bucket");
            assertThat(buckets).extracting(sample -> sample.labels().get(BOUND)).doesNotContainNull().contains("+Inf");
            assertThat(buckets.stream().map(sample -> sample.labels().get(BOUND)).distinct()).as(name)
                    .hasSize(bounds);
            assertThat(buckets).hasSize(bounds * alpha.named(name + "_count").size());
        });
        assertThat(alpha.named("agentdb_sync_run_seconds_count")).allSatisfy(
                sample -> assertThat(sample.labels()).containsOnlyKeys("outcome", "error"));
        assertThat(WatchedNodes.value(alpha, "agentdb_sync_run_seconds_count", "success")).isPositive();
        assertThat(WatchedNodes.value(alpha, "agentdb_sync_run_seconds_count", "failure")).isPositive();
    }

    @Test
    void whatHasHappened_isCounted_andWhatHasNot_isThereAtZero() {
        Scrape alpha = WatchedNodes.scrapes().get(0);
        Scrape beta = WatchedNodes.scrapes().get(1);
        assertThat(WatchedNodes.value(beta, "agentdb_quic_refused_total", "unauthenticated")).isPositive();
        assertThat(WatchedNodes.value(alpha, "agentdb_admin_refused_total", "unauthenticated")).isPositive();
        assertThat(WatchedNodes.value(alpha, "agentdb_sync_failures_total", "unreachable")).isEqualTo(1);
        assertThat(WatchedNodes.value(alpha, "agentdb_sync_last_success_timestamp_seconds", "beta"))
                .isGreaterThan(1.7e9);
        assertThat(alpha.named("agentdb_sync_last_success_timestamp_seconds")).as("nowhere was never reached")
                .hasSize(1);
        assertThat(alpha.named("agentdb_database_up")).extracting(Scrape.Sample::value).containsExactly(1.0);
        assertThat(alpha.named("agentdb_quic_refused_total")).hasSizeGreaterThan(10)
                .allMatch(sample -> sample.value() == 0);
        assertThat(alpha.named("agentdb_sync_failures_total"))
                .filteredOn(sample -> sample.labels().containsValue("internal"))
                .hasSize(3).allMatch(sample -> sample.value() == 0);
    }

    private static Map<String, Documented> exposed(Scrape scrape, java.util.function.Predicate<String> wanted) {
        Map<String, Documented> exposed = new TreeMap<>();
        for (Scrape.Sample sample : scrape.samples()) {
            String family = scrape.types().containsKey(sample.name()) ? sample.name()
                    : SUFFIX.matcher(sample.name()).replaceFirst("");
            if (wanted.test(family)) {
                Set<String> labels = new TreeSet<>(sample.labels().keySet());
                labels.remove(BOUND);
                exposed.put(family, new Documented(scrape.types().get(family), labels));
            }
        }
        return exposed;
    }

    private static Map<String, Documented> page() throws IOException {
        Map<String, Documented> page = new TreeMap<>();
        List<String> lines = Files.readAllLines(Path.of("docs/metrics.md"));
        for (String line : lines.stream().filter(one -> one.startsWith("| `")).toList()) {
            Matcher matcher = LINE.matcher(line);
            assertThat(matcher.matches()).as(line).isTrue();
            Set<String> labels = CODE.matcher(matcher.group(3)).results().map(one -> one.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(page.put(matcher.group(1), new Documented(matcher.group(2), labels))).as("twice: " + line)
                    .isNull();
        }
        return page;
    }
}
