package io.agentdb.sync.bench.warm;

import io.agentdb.sync.bench.Output;
import io.agentdb.sync.bench.Stopwatch;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;

/** Runs that find nothing, asked for by REST and waited for. */
record EmptyRuns(WarmPair pair) {

    private static final int WARM_UP = 300;
    private static final int RUNS = 30;

    boolean run() throws IOException, InterruptedException, SQLException {
        for (int i = 0; i < WARM_UP; i++) {
            pair.push();
        }
        double[] millis = new double[RUNS];
        Cost all = pair.cost(() -> {
            for (int i = 0; i < RUNS; i++) {
                long start = System.nanoTime();
                pair.push();
                millis[i] = Stopwatch.secondsSince(start) * 1e3;
            }
        });
        Arrays.sort(millis);
        Output.print("empty_run_ms_p50", millis[RUNS / 2], "ms");
        Output.print("empty_run_cpu_ms", all.over(RUNS).cpuSeconds() * 1e3, "ms");
        return true;
    }
}
