package io.agentdb.sync.bench.warm;

import io.agentdb.sync.bench.Output;
import io.agentdb.sync.bench.Sizes;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;

/** The same small delta on few rows and on many: what a sync costs should follow the change, and not the data. */
final class Deltas {

    private static final int FEW = 10_000;
    private static final int WARM_UP = 30;
    private static final int ROUNDS = 15;

    private final Sizes sizes;
    private boolean equal = true;

    Deltas(Sizes sizes) {
        this.sizes = sizes;
    }

    /** @param many a pair that holds the benchmark's rows */
    boolean run(WarmPair many) throws IOException, InterruptedException, SQLException {
        Cost onMany = measure(many);
        Cost onFew;
        try (WarmPair few = new WarmPair(sizes.withEpisodes(FEW))) {
            few.pull();
            onFew = measure(few);
        }
        print("delta_" + sizes.delta() + "_on_" + sizes.records(), onMany);
        print("delta_" + sizes.delta() + "_on_" + FEW, onFew);
        Output.print("delta_many_over_few", onMany.seconds() / onFew.seconds(), "ratio");
        Output.print("delta_many_over_few_cpu", onMany.cpuSeconds() / onFew.cpuSeconds(), "ratio");
        Output.print("delta_equal", equal);
        return equal;
    }

    private Cost measure(WarmPair pair) throws IOException, InterruptedException, SQLException {
        double[] seconds = new double[ROUNDS];
        Cost all = Cost.NOTHING;
        for (int i = -WARM_UP; i < ROUNDS; i++) {
            write(pair, sizes.delta());
            Cost one = pair.cost(() -> pair.push());
            if (i >= 0) {
                seconds[i] = one.seconds();
                all = all.and(one);
            }
        }
        equal &= pair.equal();
        Arrays.sort(seconds);
        Cost mean = all.over(ROUNDS);
        return new Cost(seconds[ROUNDS / 2], mean.cpuSeconds(), mean.postgresSeconds());
    }

    /** Changes so many episodes of the first node, others each time. */
    static void write(WarmPair pair, int records) throws SQLException {
        pair.execute(pair.first(), "update episodes set reward = coalesce(reward, 0) + 1 where id in (select id"
                + " from episodes order by random() limit " + records + ")");
    }

    private static void print(String name, Cost cost) {
        Output.print(name + "_ms_p50", cost.seconds() * 1e3, "ms");
        Output.print(name + "_cpu_ms", cost.cpuSeconds() * 1e3, "ms");
        Output.print(name + "_postgres_cpu_ms", cost.postgresSeconds() * 1e3, "ms");
    }
}
