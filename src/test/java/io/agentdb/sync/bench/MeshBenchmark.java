package io.agentdb.sync.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Five nodes that all know each other, new episodes on one of them: how long until all are equal, and what crosses the
 * wire for it.
 */
final class MeshBenchmark {

    private static final int NODES = 5;
    private static final int EPISODES = 10_000;
    private static final double MOST = 1.05;

    private final Sizes sizes;
    private final List<NodeProcess> nodes = new ArrayList<>();

    MeshBenchmark(Sizes sizes) {
        this.sizes = new Sizes(EPISODES, 1, 1, "192m", sizes.delta(), sizes.writes(), sizes.nodeOptions());
    }

    /** @return whether all ended equal, with as few records on the wire as they may be */
    boolean run() throws IOException, InterruptedException, SQLException {
        try {
            for (int i = 0; i < NODES; i++) {
                nodes.add(new NodeProcess("mesh" + i, sizes));
            }
            for (int i = 0; i < NODES; i++) {
                for (int j = i + 1; j < NODES; j++) {
                    new Pair(nodes.get(i), nodes.get(j)).introduce();
                }
            }
            everybodySyncs();
            return measure();
        } finally {
            nodes.forEach(NodeProcess::close);
        }
    }

    private boolean measure() throws IOException, InterruptedException, SQLException {
        long before = sent();
        try (Connection connection = nodes.get(0).connect()) {
            new Loading(connection).episodesOnly(EPISODES);
        }
        long start = System.nanoTime();
        sync(nodes.get(0));
        boolean equal = equal();
        Output.print("mesh_equal_seconds", Stopwatch.secondsSince(start), "s");
        everybodySyncs();
        Output.print("mesh_everybody_synced_seconds", Stopwatch.secondsSince(start), "s");
        long records = sent() - before;
        double factor = records / ((NODES - 1.0) * EPISODES);
        Output.print("mesh_records_on_the_wire", records, "records");
        Output.print("mesh_records_over_least", factor, "ratio");
        Output.print("mesh_equal", equal && equal());
        return equal && factor <= MOST;
    }

    private void everybodySyncs() throws IOException, InterruptedException {
        for (NodeProcess node : nodes) {
            sync(node);
        }
    }

    /** With all its peers, at once. */
    private static void sync(NodeProcess node) throws IOException, InterruptedException {
        node.rest().post("/sync?wait=true", Map.of());
    }

    private boolean equal() throws IOException, InterruptedException {
        for (NodeProcess node : nodes.subList(1, NODES)) {
            if (!new Pair(nodes.get(0), node).equal()) {
                return false;
            }
        }
        return true;
    }

    /** Each record is counted where it was sent, whether by a push or for a pull. */
    private long sent() throws IOException, InterruptedException {
        long sent = 0;
        for (NodeProcess node : nodes) {
            JsonNode counter = node.rest().find("/actuator/metrics/agentdb.sync.records?tag=direction:out");
            sent += counter == null ? 0 : counter.get("measurements").get(0).get("value").asLong();
        }
        return sent;
    }
}
