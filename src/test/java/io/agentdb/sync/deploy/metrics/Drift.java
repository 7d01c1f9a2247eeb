package io.agentdb.sync.deploy.metrics;

import io.agentdb.sync.deploy.metrics.PromQuery.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a query asks for that no node exposes. */
final class Drift {

    /** Prometheus itself puts them on every series that it reads from a target. */
    static final Set<String> TARGET = Set.of("job", "instance", "namespace");
    /** Prometheus' own. */
    static final String UP = "up";

    private Drift() {
    }

    static List<String> of(PromQuery query) {
        List<String> drift = new ArrayList<>();
        Set<String> known = new HashSet<>(TARGET);
        for (Selector selector : query.selectors()) {
            List<Scrape.Sample> samples = samples(selector.metric());
            samples.forEach(sample -> known.addAll(sample.labels().keySet()));
            if (!selector.metric().equals(UP) && samples.stream()
                    .noneMatch(sample -> accepts(selector, sample.labels()))) {
                drift.add("no series is " + selector);
            }
        }
        query.labels().stream().filter(label -> !known.contains(label))
                .forEach(label -> drift.add("no series has the label " + label));
        return drift;
    }

    static List<Scrape.Sample> samples(String metric) {
        return WatchedNodes.scrapes().stream().flatMap(scrape -> scrape.named(metric).stream()).toList();
    }

    private static boolean accepts(Selector selector, Map<String, String> labels) {
        return selector.matchings().stream().filter(matching -> !TARGET.contains(matching.label()))
                .allMatch(matching -> labels.containsKey(matching.label())
                        && matching.accepts(labels.get(matching.label())));
    }

}
