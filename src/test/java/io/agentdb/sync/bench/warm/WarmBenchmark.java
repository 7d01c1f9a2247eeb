package io.agentdb.sync.bench.warm;

import io.agentdb.sync.bench.Output;
import io.agentdb.sync.bench.Sizes;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;

/** The parts of this package, by their names. */
public final class WarmBenchmark {

    private static final Set<String> OF_A_PAIR = Set.of("copies", "deltas", "empty", "catch-up", "new-rows");
    private static final int MOST_CHANGES = 100_000;

    private final Sizes sizes;

    public WarmBenchmark(Sizes sizes) {
        this.sizes = sizes;
    }

    /**
     * @param part empty for all of them
     * @return whether all nodes ended equal, and no bound was missed
     */
    public boolean run(String part) throws IOException, InterruptedException, SQLException {
        boolean good = true;
        if (part.isEmpty() || OF_A_PAIR.contains(part)) {
            good = pair(part);
        }
        if (part.isEmpty() || part.equals("memory")) {
            good &= memory();
        }
        if (part.isEmpty() || part.equals("start") || part.equals("capture")) {
            good &= new OneNode(sizes).run(part);
        }
        // By name only: for people, and with a library in both databases that costs a little itself.
        if (part.equals("statements")) {
            try (WarmPair pair = new WarmPair(sizes, "shared_preload_libraries = pg_stat_statements")) {
                pair.pull();
                good = new StatementCosts(pair).run();
            }
        }
        return good;
    }

    private boolean pair(String part) throws IOException, InterruptedException, SQLException {
        int changes = Math.min(MOST_CHANGES, sizes.episodes());
        try (WarmPair pair = new WarmPair(sizes)) {
            boolean good = true;
            if (part.isEmpty() || part.equals("copies")) {
                good = new RepeatedCopies(pair).run();
                pair.printPeaks("copy");
            } else {
                pair.pull();
            }
            if (part.isEmpty() || part.equals("empty")) {
                good &= new EmptyRuns(pair).run();
            }
            if (part.isEmpty() || part.equals("deltas")) {
                good &= new Deltas(sizes).run(pair);
            }
            if (part.isEmpty() || part.equals("catch-up")) {
                good &= new CatchUp(pair, changes).run();
            }
            if (part.isEmpty() || part.equals("new-rows")) {
                good &= new NewRows(pair, changes).run();
            }
            return good;
        }
    }

    /** The first copy with half of the heap that the benchmark's nodes have otherwise. */
    private boolean memory() throws IOException, InterruptedException, SQLException {
        try (WarmPair pair = new WarmPair(sizes.withHeap("128m"))) {
            Cost floor = pair.floor();
            pair.cost(pair::pull).print("memory_128m_pull", floor);
            pair.printPeaks("memory_128m");
            boolean equal = pair.equal();
            Output.print("memory_equal", equal);
            return equal;
        }
    }
}
