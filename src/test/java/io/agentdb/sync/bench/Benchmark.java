package io.agentdb.sync.bench;

import io.agentdb.sync.bench.micro.MicroBenchmarks;
import io.agentdb.sync.bench.peers.PeersBenchmark;
import io.agentdb.sync.bench.relay.RelayBenchmark;
import io.agentdb.sync.bench.warm.WarmBenchmark;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import tools.jackson.databind.JsonNode;

/**
 * Runs everything once, or one part of it, and prints the results; ends with 1 when nodes are not equal or a bound is
 * missed.
 */
public final class Benchmark {

    private final Sizes sizes;
    private boolean equal = true;
    private double floor = Double.MAX_VALUE;
    private double initialSync;
    private long wireBytes;

    private Benchmark(Sizes sizes) {
        this.sizes = sizes;
    }

    public static void main(String[] args) throws IOException, InterruptedException, SQLException {
        Sizes sizes = Sizes.fromProperties();
        String only = System.getProperty("bench.only", "");
        boolean good = !only.isEmpty() && !only.equals("sync") || new Benchmark(sizes).run();
        if (only.isEmpty() || only.equals("mesh")) {
            good &= new MeshBenchmark(sizes).run();
        }
        if (only.isEmpty() || only.equals("conflicts")) {
            good &= new ConflictBenchmark(sizes).run();
        }
        if (only.isEmpty() || only.equals("live")) {
            good &= new LiveBenchmark(sizes).run();
        }
        good &= new WarmBenchmark(sizes).run(only);
        if (only.equals("peers") || only.isEmpty() && Boolean.getBoolean("bench.peers")) {
            good &= new PeersBenchmark(sizes).run();
        }
        if (only.equals("relay")) {
            good &= new RelayBenchmark(sizes).run();
        }
        if (only.isEmpty() || only.equals("search")) {
            new SearchBenchmark(sizes).run();
        }
        if (only.equals("micro")) {
            new MicroBenchmarks().run();
        }
        // By name only: it takes longer than all the rest.
        if (!only.isEmpty()) {
            good &= new ScaleBenchmark(sizes).run(only);
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException, SQLException {
        Output.remark("%d episodes, %d skills, %d edges; -Xmx%s; %d processors; Java %s".formatted(
                sizes.episodes(), sizes.skills(), sizes.edges(), sizes.heap(),
                        Runtime.getRuntime().availableProcessors(), System.getProperty("java.version")));
        try (NodeProcess first = new NodeProcess("first", sizes)) {
            load(first);
            try (NodeProcess second = new NodeProcess("pulling", sizes)) {
                initial("pull", first, second, second, first);
                peak(second);
            }
            try (NodeProcess second = new NodeProcess("pushed", sizes)) {
                initial("push", first, second, first, second);
                summary();
                follow(new Pair(first, second));
                peak(second);
            }
            peak(first);
        }
        Output.remark("each node ran with -Xmx" + sizes.heap());
        Output.print("equal", equal);
        return equal;
    }

    private void load(NodeProcess node) throws SQLException {
        long start = System.nanoTime();
        try (Connection connection = node.connect()) {
            new Loading(connection).run(sizes);
        }
        Output.print("load_seconds", Stopwatch.secondsSince(start), "s");
    }

    /** The floor first, on the same two clusters, then the first sync of an empty node. */
    private void initial(String direction, NodeProcess first, NodeProcess second, NodeProcess initiator,
            NodeProcess other)
            throws IOException, InterruptedException, SQLException {
        new Pair(first, second).introduce();
        double below;
        try (Connection from = first.connect(); Connection to = second.connect()) {
            below = new Floor(from, to).seconds();
        }
        Output.print("floor_before_" + direction + "_seconds", below, "s");
        floor = Math.min(floor, below);
        long start = System.nanoTime();
        JsonNode report = Pair.sync(initiator, other);
        double seconds = Stopwatch.secondsSince(start);
        initialSync = Math.max(initialSync, seconds);
        Output.print("initial_sync_" + direction + "_seconds", seconds, "s");
        Output.print("initial_sync_" + direction + "_over_floor", seconds / below, "ratio");
        wireBytes = report.get("bytesTransferred").asLong();
        check(new Pair(first, second));
    }

    private void summary() {
        Output.print("floor_seconds", floor, "s");
        Output.print("floor_records_per_s", Math.round(sizes.records() / floor), "records/s");
        Output.print("initial_sync_seconds", initialSync, "s");
        Output.print("initial_sync_records_per_s", Math.round(sizes.records() / initialSync), "records/s");
        Output.print("initial_sync_wire_bytes", wireBytes, "bytes");
        Output.print("initial_sync_over_floor", initialSync / floor, "ratio");
    }

    /** What comes after the first sync: a thousand changes, and single writes. */
    private void follow(Pair pair) throws IOException, InterruptedException, SQLException {
        try (Connection connection = pair.first().connect(); Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "update episodes set reward = coalesce(reward, 0) + 1 where id in (select id from episodes"
                            + " order by md5(id::text) limit " + sizes.delta() + ")");
        }
        long start = System.nanoTime();
        Pair.sync(pair.first(), pair.second());
        Output.print("delta_" + sizes.delta() + "_seconds", Stopwatch.secondsSince(start), "s");
        check(pair);
        Latency latency = Latency.measure(pair, sizes.writes());
        Output.print("write_to_visible_ms_p50", latency.percentile(0.50), "ms");
        Output.print("write_to_visible_ms_p99", latency.percentile(0.99), "ms");
        check(pair);
    }

    private void check(Pair pair) throws IOException, InterruptedException {
        equal &= pair.equal();
    }

    private static void peak(NodeProcess node) throws IOException {
        for (long megabytes : node.peakMegabytes()) {
            Output.print("peak_rss_mb_" + node.name(), megabytes, "MiB");
        }
    }
}
