package io.agentdb.sync.bench.warm;

import io.agentdb.sync.bench.Output;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The same first copy again and again between the same two processes, the receiver emptied each time: cold, and once
 * compilers and prepared statements have settled.
 */
final class RepeatedCopies {

    private static final int SMALL_DELTAS = 6;
    private static final double MOST = 1.5;

    private final WarmPair pair;
    private boolean equal = true;

    RepeatedCopies(WarmPair pair) {
        this.pair = pair;
    }

    /** @return whether both were equal each time, and none of the copies after the first one cost PostgreSQL far
     *     more than another */
    boolean run() throws IOException, InterruptedException, SQLException {
        copy("copy_pull_cold", () -> pair.pull());
        Output.print("wire_over_copy", wire() / (double) pair.copyBytes(), "ratio");
        pair.empty();
        List<Cost> warm = new ArrayList<>();
        warm.add(copy("copy_pull_second", () -> pair.pull()));
        // Few of a few: what PostgreSQL then believes that all syncs are like.
        for (int i = 0; i < SMALL_DELTAS; i++) {
            Deltas.write(pair, 20);
            pair.pull();
        }
        for (int i = 0; i < 3; i++) {
            pair.empty();
            warm.add(copy("copy_pull_warm", () -> pair.pull()));
        }
        pair.empty();
        copy("copy_push_first", () -> pair.push());
        for (int i = 0; i < 2; i++) {
            pair.empty();
            copy("copy_push_warm", () -> pair.push());
        }
        Output.print("copy_pull_spread", spread(warm, Cost::seconds), "ratio");
        double spread = spread(warm, Cost::postgresSeconds);
        Output.print("copy_pull_postgres_cpu_spread", spread, "ratio");
        Output.print("copy_equal", equal);
        return equal && spread < MOST;
    }

    private Cost copy(String name, WarmPair.Work sync) throws IOException, InterruptedException, SQLException {
        Cost floor = pair.floor();
        Cost cost = pair.cost(sync);
        cost.print(name, floor);
        equal &= pair.equal();
        return cost;
    }

    private double wire() throws IOException, InterruptedException {
        return pair.second().metric("agentdb.sync.wire.bytes");
    }

    private static double spread(List<Cost> costs, ToDoubleFunction<Cost> part) {
        DoubleSummaryStatistics all = costs.stream().mapToDouble(part).summaryStatistics();
        return all.getMax() / all.getMin();
    }
}
