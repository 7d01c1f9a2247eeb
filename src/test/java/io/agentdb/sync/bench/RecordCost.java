package io.agentdb.sync.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import tools.jackson.databind.JsonNode;

/** What a record costs on its way from one node to another, by push and by pull, and what it costs to keep. */
final class RecordCost {

    private static final int ROUNDS = 3;
    private static final int EPISODES = 20_000;

    private final Sizes sizes;

    RecordCost(Sizes sizes) {
        this.sizes = sizes;
    }

    /** @return whether both ended equal */
    boolean run() throws IOException, InterruptedException, SQLException {
        Sizes small = new Sizes(EPISODES, sizes.skills(), EPISODES, sizes.heap(), sizes.delta(), sizes.writes(),
                sizes.nodeOptions());
        try (NodeProcess first = new NodeProcess("first", small); NodeProcess second =
                new NodeProcess("second", small)) {
            Pair pair = new Pair(first, second);
            pair.introduce();
            try (Connection connection = first.connect()) {
                new Loading(connection).run(small);
            }
            Pair.sync(first, second);
            move("push", pair, first, second);
            move("pull", pair, second, first);
            boolean equal = pair.equal();
            new Storage(first, second).run();
            new Restamping(pair).run();
            Output.print("scale_equal", equal && pair.equal());
            return equal;
        }
    }

    /** Always from the first to the second; the initiator differs. The first round warms up. */
    private void move(String direction, Pair pair, NodeProcess initiator, NodeProcess other)
            throws IOException, InterruptedException, SQLException {
        CpuTime sending = new CpuTime(0, 0);
        CpuTime receiving = new CpuTime(0, 0);
        long wire = 0;
        for (int round = 0; round <= ROUNDS; round++) {
            load(pair.first());
            CpuTime sendingBefore = pair.first().cpu();
            CpuTime receivingBefore = pair.second().cpu();
            JsonNode report = Pair.sync(initiator, other);
            if (round > 0) {
                sending = sending.and(pair.first().cpu().since(sendingBefore));
                receiving = receiving.and(pair.second().cpu().since(receivingBefore));
                wire += report.get("bytesTransferred").asLong();
            }
        }
        double records = ROUNDS * (double) EPISODES;
        Output.print(direction + "_sender_cpu_us", sending.node() * 1000 / records, "us");
        Output.print(direction + "_sender_postgres_cpu_us", sending.postgres() * 1000 / records, "us");
        Output.print(direction + "_receiver_cpu_us", receiving.node() * 1000 / records, "us");
        Output.print(direction + "_receiver_postgres_cpu_us", receiving.postgres() * 1000 / records, "us");
        Output.print(direction + "_frame_bytes", wire / records, "bytes");
    }

    private static void load(NodeProcess node) throws IOException, SQLException {
        CpuTime before = node.cpu();
        try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
            new Loading(connection).episodesOnly(EPISODES);
            Output.print("write_postgres_cpu_us", node.cpu().since(before).postgres() * 1000.0 / EPISODES, "us");
            statement.execute("vacuum (analyze) episodes");
            statement.execute("checkpoint");
        }
    }
}
