package io.agentdb.sync.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * From a write's request on one node until it can be read on the other, when the writer asks for a sync right after it.
 */
final class Latency {

    private final double[] millis;

    private Latency(double[] sorted) {
        millis = sorted;
    }

    static Latency measure(Pair pair, int writes) throws IOException, InterruptedException {
        Prose prose = new Prose(8080);
        double[] millis = new double[writes];
        for (int i = 0; i < writes; i++) {
            long start = System.nanoTime();
            String id = pair.first().rest().post("/episodes", Map.of("sessionId", "latency", "task", prose.text(100),
                    "output", prose.text(500))).get("id").asString();
            Pair.sync(pair.first(), pair.second());
            pair.second().rest().get("/episodes/" + id);
            millis[i] = Stopwatch.secondsSince(start) * 1000;
        }
        Arrays.sort(millis);
        return new Latency(millis);
    }

    /** The smallest value that this share of the writes did not exceed. */
    double percentile(double share) {
        return millis[(int) Math.ceil(share * millis.length) - 1];
    }
}
