package io.agentdb.sync.bench.peers;

import io.agentdb.sync.bench.Output;
import io.agentdb.sync.bench.Sizes;
import io.agentdb.sync.bench.Stopwatch;
import io.agentdb.sync.bench.warm.WarmPair;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;

/** One replicator at the work of {@code warm} and {@code live}. */
final class Measurement {

    private static final int MOST_CHANGES = 100_000;
    private static final int WARM_UP_DELTAS = 30;
    private static final int DELTAS = 15;
    private static final int WARM_UP_ROWS = 300;
    private static final int ROWS = 1_000;

    /** What is timed. */
    private interface Work {

        void run() throws InterruptedException, SQLException;
    }

    private final WarmPair pair;
    private final Replicator replicator;
    private final Sizes sizes;
    private final int changes;
    private final String name;

    Measurement(WarmPair pair, Replicator replicator, Sizes sizes) {
        this.pair = pair;
        this.replicator = replicator;
        this.sizes = sizes;
        changes = Math.min(MOST_CHANGES, sizes.episodes());
        name = "peers_" + replicator.name() + "_";
    }

    /** @return whether both clusters held the same in the end. Leaves nothing behind. */
    boolean run() throws IOException, InterruptedException, SQLException {
        PlainTables tables = new PlainTables(pair);
        tables.make();
        replicator.prepare();
        overFloor("first_copy", replicator::copy);
        try (Writer writer = new Writer(pair); Arrival arrival = new Arrival(pair.second())) {
            catchUp(writer, arrival);
            deltas(writer, arrival);
            writer.makeReady(changes);
            NewRows newRows = new NewRows(replicator, writer, arrival, changes);
            overFloor("new_rows", newRows::run);
            rows(writer, arrival);
        }
        boolean equal = tables.equal();
        Output.print(name + "equal", equal);
        replicator.remove();
        tables.drop();
        return equal;
    }

    private void catchUp(Writer writer, Arrival arrival) throws IOException, InterruptedException, SQLException {
        replicator.disconnect();
        writer.choose(changes);
        LastRow last = writer.updateOneByOne();
        overFloor("catch_up", () -> {
            replicator.reconnect();
            replicator.carry(Writer.CHOSEN);
            arrival.await(last);
        });
    }

    private void deltas(Writer writer, Arrival arrival) throws SQLException {
        double[] seconds = new double[DELTAS];
        for (int i = -WARM_UP_DELTAS; i < DELTAS; i++) {
            writer.choose(sizes.delta());
            LastRow last = writer.update();
            long start = System.nanoTime();
            replicator.carry(Writer.CHOSEN);
            arrival.await(last);
            seconds[Math.max(0, i)] = Stopwatch.secondsSince(start);
        }
        Arrays.sort(seconds);
        Output.print(name + "delta_" + sizes.delta() + "_seconds", seconds[DELTAS / 2], "s");
    }

    private void rows(Writer writer, Arrival arrival) throws SQLException {
        double[] millis = new double[ROWS];
        for (int i = -WARM_UP_ROWS; i < ROWS; i++) {
            LastRow row = writer.insertLike(1 + Math.floorMod(i, changes));
            long start = System.nanoTime();
            replicator.carry("id = '" + row.id() + "'");
            arrival.awaitAtOnce(row);
            millis[Math.max(0, i)] = Stopwatch.secondsSince(start) * 1e3;
        }
        Arrays.sort(millis);
        Output.print(name + "one_row_ms_p50", millis[ROWS / 2 - 1], "ms");
        Output.print(name + "one_row_ms_p99", millis[ROWS * 99 / 100 - 1], "ms");
    }

    private void overFloor(String what, Work work) throws IOException, InterruptedException, SQLException {
        pair.settle();
        double floor = pair.floor().seconds();
        long start = System.nanoTime();
        work.run();
        double seconds = Stopwatch.secondsSince(start);
        Output.print(name + what + "_floor_seconds", floor, "s");
        Output.print(name + what + "_over_floor", seconds / floor, "ratio");
    }
}
