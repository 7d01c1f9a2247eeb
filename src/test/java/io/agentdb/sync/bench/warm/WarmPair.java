package io.agentdb.sync.bench.warm;

import io.agentdb.sync.bench.CpuTime;
import io.agentdb.sync.bench.Floor;
import io.agentdb.sync.bench.Loading;
import io.agentdb.sync.bench.NodeProcess;
import io.agentdb.sync.bench.Output;
import io.agentdb.sync.bench.Pair;
import io.agentdb.sync.bench.Sizes;
import io.agentdb.sync.bench.Stopwatch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import tools.jackson.databind.JsonNode;

/** Two nodes in processes of their own that stay up for all that is measured, a full one and another. One thread. */
public final class WarmPair implements AutoCloseable {

    /** Something that both nodes, or their databases, do. */
    public interface Work {

        void run() throws IOException, InterruptedException, SQLException;
    }

    /**
     * Where a node listens, and where the other one finds it.
     *
     * @param own an address of this machine
     */
    public record Hosts(String own, String fromAfar) { }

    private static final String HOST = "agentdb.server.host=";
    private static final Hosts HERE = new Hosts("127.0.0.1", "127.0.0.1");

    private final NodeProcess first;
    private final NodeProcess second;
    private final Pair pair;
    private long copyBytes;

    /**
     * The second one is empty yet, and nothing has run.
     *
     * @param settings that both PostgreSQLs start with, as {@code name = value}
     */
    public WarmPair(Sizes sizes, String... settings) throws IOException, InterruptedException, SQLException {
        this(sizes, HERE, HERE, settings);
    }

    /** As the other, with something between the two. */
    public WarmPair(Sizes sizes, Hosts firsts, Hosts seconds, String... settings)
            throws IOException, InterruptedException, SQLException {
        first = new NodeProcess("full", sizes, HOST + firsts.own());
        try {
            second = new NodeProcess("other", sizes, HOST + seconds.own());
        } catch (IOException | InterruptedException | RuntimeException failed) {
            first.close();
            throw failed;
        }
        if (settings.length > 0) {
            configure(first, settings);
            configure(second, settings);
        }
        pair = new Pair(first, second);
        Pair.introduce(first, second, seconds.fromAfar() + ":" + second.quicPort());
        Pair.introduce(second, first, firsts.fromAfar() + ":" + first.quicPort());
        try (Connection connection = first.connect()) {
            new Loading(connection).run(sizes);
        }
    }

    private void configure(NodeProcess node, String... settings)
            throws IOException, InterruptedException, SQLException {
        for (String setting : settings) {
            execute(node, "alter system set " + setting);
        }
        node.restart();
    }

    public NodeProcess first() {
        return first;
    }

    public NodeProcess second() {
        return second;
    }

    public JsonNode pull() throws IOException, InterruptedException {
        return Pair.sync(second, first);
    }

    public JsonNode push() throws IOException, InterruptedException {
        return Pair.sync(first, second);
    }

    public boolean equal() throws IOException, InterruptedException {
        return pair.equal();
    }

    /** Of all that the first holds, as it is now. */
    public Cost floor() throws IOException, InterruptedException, SQLException {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        CpuTime cpuBefore = cpu();
        try (Connection from = first.connect(); Connection to = second.connect()) {
            Floor floor = new Floor(from, to);
            double seconds = floor.seconds();
            copyBytes = floor.bytes();
            long piped = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
            double postgres = cpu().since(cpuBefore).postgres() / 1e3;
            return new Cost(seconds, postgres + piped / 1e9, postgres);
        }
    }

    /** What COPY wrote for the last floor. */
    long copyBytes() {
        return copyBytes;
    }

    /** Of both nodes and of both databases. */
    public Cost cost(Work work) throws IOException, InterruptedException, SQLException {
        CpuTime before = cpu();
        long start = System.nanoTime();
        work.run();
        double seconds = Stopwatch.secondsSince(start);
        CpuTime spent = cpu().since(before);
        return new Cost(seconds, spent.all() / 1e3, spent.postgres() / 1e3);
    }

    CpuTime cpu() throws IOException, SQLException {
        return first.cpu().and(second.cpu());
    }

    /** As a node does by itself in its first minute, or it would happen in the middle of a measurement. */
    public void settle() throws SQLException {
        for (NodeProcess node : new NodeProcess[] {first, second}) {
            execute(node, "vacuum (analyze)");
            execute(node, "checkpoint");
        }
    }

    /** Has the second node's database forget all records, and both whatever they remember of how far it has read. */
    public void empty() throws SQLException {
        execute(second, "set session_replication_role = replica;"
                + " truncate episodes, skills, edges, tombstones, knowledge, cursors, sync_state");
        execute(first, "truncate cursors, sync_state");
        settle();
    }

    public void execute(NodeProcess node, String sql) throws SQLException {
        try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    void printPeaks(String name) throws IOException {
        for (NodeProcess node : new NodeProcess[] {first, second}) {
            for (long megabytes : node.peakMegabytes()) {
                Output.print(name + "_peak_rss_mb_" + node.name(), megabytes, "MiB");
            }
        }
    }

    @Override
    public void close() {
        second.close();
        first.close();
    }
}
