package io.agentdb.sync.bench.warm;

import io.agentdb.sync.bench.CpuTime;
import io.agentdb.sync.bench.Loading;
import io.agentdb.sync.bench.NodeProcess;
import io.agentdb.sync.bench.Output;
import io.agentdb.sync.bench.Sizes;
import io.agentdb.sync.bench.Stopwatch;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/** What a node does without another one: starts on the database that it has, and takes in what agents write. */
record OneNode(Sizes sizes) {

    private static final int STARTS = 3;
    private static final int ROUNDS = 7;
    private static final int ROWS = 5_000;

    boolean run(String part) throws IOException, InterruptedException, SQLException {
        Sizes small = sizes.withEpisodes(10_000);
        try (NodeProcess node = new NodeProcess("alone", small)) {
            try (Connection connection = node.connect()) {
                new Loading(connection).run(small);
            }
            if (!part.equals("capture")) {
                starts(node);
            }
            if (!part.equals("start")) {
                capture(node);
            }
        }
        return true;
    }

    private static void starts(NodeProcess node) throws IOException, InterruptedException {
        double[] seconds = new double[STARTS];
        double cpu = 0;
        for (int i = 0; i < STARTS; i++) {
            seconds[i] = node.restart();
            cpu += node.ownCpuMillis() / 1e3;
        }
        Arrays.sort(seconds);
        Output.print("start_warm_seconds_p50", seconds[STARTS / 2], "s");
        Output.print("start_warm_node_cpu_seconds", cpu / STARTS, "s");
    }

    /** The same table, with its indexes and checks, with and without its triggers; in turns, and the median of each. */
    private static void capture(NodeProcess node) throws IOException, SQLException {
        try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
            statement.execute("create table bare (like episodes including all)");
            // A version as the stamp's, the same for all: with nulls, a check would call a function for each row.
            for (String version : new String[] {"actor set default 'a.aaaaaaaa'", "counter set default 1",
                "xid set default 1", "context set default '{\"a.aaaaaaaa\": 1}'", "hlc set default 1",
                "feed_xid set default 1"}) {
                statement.execute("alter table bare alter column " + version);
            }
            statement.execute("set synchronous_commit = off");
            for (boolean single : new boolean[] {true, false}) {
                double[] bare = new double[ROUNDS];
                double[] captured = new double[ROUNDS];
                double[] bareCpu = new double[ROUNDS];
                double[] capturedCpu = new double[ROUNDS];
                for (int i = 0; i < ROUNDS; i++) {
                    insert(node, statement, "bare", single, bare, bareCpu, i);
                    insert(node, statement, "episodes", single, captured, capturedCpu, i);
                }
                String name = single ? "capture_by_row" : "capture_by_thousand";
                Output.print(name + "_rate_kept", median(bare) / median(captured), "ratio");
                Output.print(name + "_rate_kept_cpu", median(bareCpu) / median(capturedCpu), "ratio");
            }
            statement.execute("drop table bare");
        }
    }

    private static void insert(NodeProcess node, Statement statement, String table, boolean single, double[] seconds,
            double[] cpu, int round) throws IOException, SQLException {
        CpuTime before = node.cpu();
        long start = System.nanoTime();
        statement.execute("""
                do $$
                begin
                    for i in 1 .. %1$d loop
                        insert into %2$s (session_id, task, input, output, reward, tags, metadata)
                        select 'capture', 'task ' || i, repeat('input of it ', 20), repeat('output of it ', 20), 0.5,
                            array['a', 'b'], '{"model": "planner"}' from generate_series(1, %3$d);
                        commit;
                    end loop;
                end $$""".formatted(single ? ROWS : ROWS / 1_000, table, single ? 1 : 1_000));
        seconds[round] = Stopwatch.secondsSince(start);
        cpu[round] = node.cpu().since(before).postgres();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
