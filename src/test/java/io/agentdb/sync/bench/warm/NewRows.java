package io.agentdb.sync.bench.warm;

import io.agentdb.sync.bench.Output;
import io.agentdb.sync.bench.Stopwatch;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * New rows in transactions of a thousand, from the first commit until the other node's database shows the last one: by
 * syncs one after the other, and in live mode.
 */
final class NewRows {

    private static final int COMMIT = 1_000;
    private static final String COLUMNS = "ts, session_id, task, input, output, critique, reward, success, latency_ms,"
            + " tokens_used, tags, metadata";

    private final WarmPair pair;
    private final int rows;
    private double written;

    NewRows(WarmPair pair, int rows) {
        this.pair = pair;
        this.rows = rows;
    }

    boolean run() throws IOException, InterruptedException, SQLException {
        // Made beforehand: text that this process thinks up meanwhile would take the processors from who is measured.
        pair.execute(pair.first(), "create unlogged table bench_source as select row_number() over () as n, " + COLUMNS
                + " from (select * from episodes limit " + rows + ") as chosen;"
                + " create index on bench_source (n)");
        pair.settle();
        Cost floor = pair.floor();
        print("new_rows_by_syncs", pair.cost(() -> visible(true)), floor);
        pair.settle();
        pair.first().rest().put("/sync/auto", Map.of("enabled", true));
        while (pair.first().metric("agentdb.sync.live.peers") < 1) {
            pause();
        }
        print("new_rows_live", pair.cost(() -> visible(false)), floor);
        pair.first().rest().put("/sync/auto", Map.of("enabled", false));
        pair.execute(pair.first(), "drop table bench_source");
        boolean equal = pair.equal();
        Output.print("new_rows_equal", equal);
        return equal;
    }

    private void print(String name, Cost cost, Cost floor) {
        cost.print(name, floor);
        Output.print(name + "_written_over_floor", written / floor.seconds(), "ratio");
    }

    private void visible(boolean syncing) throws IOException, InterruptedException, SQLException {
        Thread writer = new Thread(this::write, "writer");
        written = 0;
        writer.start();
        while (syncing && writer.isAlive()) {
            pair.push();
        }
        writer.join();
        if (written == 0) {
            throw new IllegalStateException("the writer failed, see above");
        }
        if (syncing) {
            pair.push();
        }
        try (Connection connection = pair.second().connect();
                PreparedStatement look = connection.prepareStatement("select from episodes where id = ?")) {
            look.setObject(1, last());
            while (!seen(look)) {
                pause();
            }
        }
    }

    private void write() {
        long start = System.nanoTime();
        try {
            pair.execute(pair.first(), """
                    do $$
                    begin
                        for i in 0 .. %1$d - 1 loop
                            insert into episodes (%2$s) select %2$s from bench_source
                            where n > i * %3$d and n <= (i + 1) * %3$d;
                            commit;
                        end loop;
                    end $$""".formatted((rows + COMMIT - 1) / COMMIT, COLUMNS, COMMIT));
            written = Stopwatch.secondsSince(start);
        } catch (SQLException failed) {
            Output.remark("writing: " + failed);
        }
    }

    /** In the feed's order, so that who has it has all before it. */
    private UUID last() throws SQLException {
        try (Connection connection = pair.first().connect();
                PreparedStatement last = connection.prepareStatement(
                        "select id from episodes order by feed_xid desc, id desc limit 1");
                ResultSet row = last.executeQuery()) {
            row.next();
            return row.getObject(1, UUID.class);
        }
    }

    private static boolean seen(PreparedStatement look) throws SQLException {
        try (ResultSet row = look.executeQuery()) {
            return row.next();
        }
    }

    /** Asked again and again without one, the database would answer this instead of taking rows in. */
    private static void pause() {
        LockSupport.parkNanos(2_000_000);
    }
}
