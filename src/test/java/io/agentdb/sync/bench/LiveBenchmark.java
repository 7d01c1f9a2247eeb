package io.agentdb.sync.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * From a row's commit on one node until it is seen on the other, by live sync; and what it costs while nothing happens.
 */
final class LiveBenchmark {

    private static final int WARM_UP = 300;
    private static final int ROWS = 1_000;
    private static final int IDLE_SECONDS = 30;
    /** As long as {@code agentdb.sync.live-interval} is by default. */
    private static final int LOOK_NANOS = 25_000_000;

    private final Sizes sizes;
    private final Prose prose = new Prose(4433);
    private final Random moments = new Random(4433);

    LiveBenchmark(Sizes sizes) {
        this.sizes = sizes;
    }

    boolean run() throws IOException, InterruptedException, SQLException {
        try (NodeProcess listening = new NodeProcess("listening", sizes);
                NodeProcess live = new NodeProcess("live", sizes, "agentdb.sync.interval=20s")) {
            Pair.introduce(live, listening, listening.quicPort());
            live.rest().put("/sync/auto", Map.of("enabled", true));
            while (live.metric("agentdb.sync.live.peers") < 1) {
                Thread.onSpinWait();
            }
            for (boolean rest : new boolean[] {true, false}) {
                measure(rest, live, listening, "push");
                measure(rest, listening, live, "pull");
            }
            idle(live, listening);
            boolean equal = new Pair(live, listening).equal();
            Output.print("equal", equal);
            return equal;
        }
    }

    private void measure(boolean rest, NodeProcess from, NodeProcess to, String direction)
            throws IOException, InterruptedException, SQLException {
        double[] millis = new double[ROWS];
        try (Connection here = from.connect(); Connection there = to.connect();
                PreparedStatement insert = here.prepareStatement(
                        "insert into episodes (session_id, task, output) values ('live', ?, ?) returning id");
                PreparedStatement look = there.prepareStatement("select from episodes where id = ?")) {
            for (int i = -WARM_UP; i < ROWS; i++) {
                if (!rest) {
                    // Right behind a look each row would wait for the next one, a whole interval.
                    LockSupport.parkNanos(moments.nextInt(LOOK_NANOS));
                }
                UUID id = rest ? posted(from) : inserted(insert);
                long start = System.nanoTime();
                look.setObject(1, id);
                while (!seen(look)) {
                    Thread.onSpinWait();
                }
                millis[Math.max(0, i)] = Stopwatch.secondsSince(start) * 1_000;
            }
        }
        Arrays.sort(millis);
        String name = "live_" + (rest ? "rest" : "sql") + "_" + direction + "_ms_";
        Output.print(name + "p50", millis[ROWS / 2 - 1], "ms");
        Output.print(name + "p99", millis[ROWS * 99 / 100 - 1], "ms");
    }

    private UUID posted(NodeProcess node) throws IOException, InterruptedException {
        return UUID.fromString(node.rest().post("/episodes", Map.of("sessionId", "live", "task", prose.text(100),
                "output", prose.text(500))).get("id").asString());
    }

    private UUID inserted(PreparedStatement insert) throws SQLException {
        insert.setString(1, prose.text(100));
        insert.setString(2, prose.text(500));
        try (ResultSet row = insert.executeQuery()) {
            row.next();
            return row.getObject(1, UUID.class);
        }
    }

    private static boolean seen(PreparedStatement look) throws SQLException {
        try (ResultSet row = look.executeQuery()) {
            return row.next();
        }
    }

    private static void idle(NodeProcess... nodes) throws IOException, InterruptedException, SQLException {
        CpuTime[] before = new CpuTime[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            before[i] = nodes[i].cpu();
        }
        Thread.sleep(IDLE_SECONDS * 1_000L);
        for (int i = 0; i < nodes.length; i++) {
            CpuTime spent = nodes[i].cpu().since(before[i]);
            Output.print("idle_live_" + nodes[i].name() + "_node_percent_of_core",
                    spent.node() / 10.0 / IDLE_SECONDS, "%");
            Output.print("idle_live_" + nodes[i].name() + "_postgres_percent_of_core",
                    spent.postgres() / 10.0 / IDLE_SECONDS, "%");
        }
    }
}
