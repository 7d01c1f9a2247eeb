package io.agentdb.sync.deploy.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a node exposes, in Prometheus' text format.
 *
 * @param types of each family, by its name
 * @param help of each family, by its name
 */
record Scrape(String text, Map<String, String> types, Map<String, String> help, List<Sample> samples) {

    record Sample(String name, Map<String, String> labels, double value) { }

    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");
    private static final Pattern COMMENT = Pattern.compile("# (TYPE|HELP) (\\S+) ?(.*)");

    static Scrape parse(String text) {
        Map<String, String> types = new LinkedHashMap<>();
        Map<String, String> help = new LinkedHashMap<>();
        List<Sample> samples = new ArrayList<>();
        for (String line : text.lines().filter(one -> !one.isBlank()).toList()) {
            Matcher comment = COMMENT.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (comment.matches()) {
                (comment.group(1).equals("TYPE") ? types : help).put(comment.group(2), comment.group(3).strip());
            } else if (sample.matches()) {
                samples.add(new Sample(sample.group(1), labels(sample.group(2)),
                        Double.parseDouble(sample.group(3).replace("+Inf", "Infinity"))));
            } else {
                throw new IllegalArgumentException("not a line of the text format: " + line);
            }
        }
        return new Scrape(text, types, help, samples);
    }

    List<Sample> named(String name) {
        return samples.stream().filter(sample -> sample.name().equals(name)).toList();
    }

    /** Every label that any sample of that name has. */
    Set<String> labels(List<Sample> of) {
        return of.stream().flatMap(sample -> sample.labels().keySet().stream()).collect(Collectors.toSet());
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        int end = 0;
        while (label.find() && label.start() == end) {
            labels.put(label.group(1), label.group(2));
            end = label.end();
        }
        if (text != null && end != text.length()) {
            throw new IllegalArgumentException("not labels: " + text);
        }
        return labels;
    }
}
