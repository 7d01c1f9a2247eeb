package io.agentdb.sync.bench.guard;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** The figures of {@code cost-bounds.properties}, and whether others are greater. */
final class Bounds {

    /**
     * Of long runs: how often a cursor moves is a little chance, and so is what a buffer is given. One more for each
     * batch is more than that. A run of one batch, or of none, has no slack.
     */
    private static final double SLACK = 0.04;
    /** Whether a connection is tried first depends on how long nothing has come by it. */
    private static final int PING = 1;

    private static final Set<String> LONG = Set.of("push", "pull");

    private final Properties bounds = new Properties();

    Bounds() throws IOException {
        try (InputStream in = Bounds.class.getResourceAsStream("/cost-bounds.properties")) {
            bounds.load(in);
        }
    }

    /** Prints all, and gives a sentence for each that has grown. */
    List<String> exceeded(String scenario, Map<String, Long> figures) {
        List<String> grown = new ArrayList<>();
        figures.forEach((name, figure) -> {
            String key = scenario + "." + name;
            String bound = bounds.getProperty(key, "0");
            System.out.println(key + " = " + figure + " (bound " + bound + ")");
            long most = Long.parseLong(bound);
            if (figure > most + (name.endsWith("frames") ? PING : 0) + (LONG.contains(scenario) ? most * SLACK : 0)) {
                grown.add(key + " grew from " + most + " to " + figure);
            }
        });
        return grown;
    }
}
