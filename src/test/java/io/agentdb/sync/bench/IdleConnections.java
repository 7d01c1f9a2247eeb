package io.agentdb.sync.bench;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.quic.server.IdleClients;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;

/**
 * What a node pays for clients that are connected and ask for nothing, and for peers that it knows how far they have
 * read.
 */
final class IdleConnections {

    private static final int FIRST = 50;
    private static final int MORE = 400;
    private static final int PEERS = 500;
    private static final long MINUTE = 60_000_000_000L;

    private record Memory(double heap, double direct, double residentKib) { }

    private final Sizes sizes;

    IdleConnections(Sizes sizes) {
        this.sizes = sizes;
    }

    void run() throws IOException, InterruptedException, SQLException {
        // A heap that does not grow: what the process grows by is then outside of it.
        Sizes settled = new Sizes(1, 1, 1, sizes.heap(), 1, 1,
                "-Xms" + sizes.heap() + " -XX:+AlwaysPreTouch " + sizes.nodeOptions());
        try (NodeProcess hub = new NodeProcess("hub", settled, "agentdb.server.max-connections=1000");
                IdleClients clients = new IdleClients(hub.quicPort(), hub.fingerprint())) {
            clients.add(FIRST);
            Memory before = memory(hub);
            clients.add(MORE);
            Memory after = memory(hub);
            Output.print("connection_heap_kib", (after.heap - before.heap) / MORE / 1024, "KiB");
            Output.print("connection_direct_buffers_kib", (after.direct - before.direct) / MORE / 1024, "KiB");
            Output.print("connection_outside_heap_kib", (after.residentKib - before.residentKib) / MORE, "KiB");
            minute("connections", hub);
            Output.print("connections_open", (long) hub.metric("agentdb.quic.connections", "direction:in"),
                    "connections");
            remember(hub);
            minute("remembered_peers", hub);
        }
    }

    private static void minute(String name, NodeProcess hub) throws IOException, SQLException {
        CpuTime start = hub.cpu();
        LockSupport.parkNanos(MINUTE);
        CpuTime minute = hub.cpu().since(start);
        Output.print(name + "_node_cpu_ms_per_minute", minute.node(), "ms");
        Output.print(name + "_postgres_cpu_ms_per_minute", minute.postgres(), "ms");
    }

    /** As if so many nodes had read everything from here: the backlog of each is counted again and again. */
    private static void remember(NodeProcess hub) throws SQLException {
        try (Connection connection = hub.connect(); Statement statement = connection.createStatement()) {
            new Loading(connection).episodesOnly(10_000);
            for (Kind kind : Kind.ALL) {
                statement.executeUpdate(
                        "insert into cursors (peer_node, kind, direction, feed, reader, xid, id) select 'edge-' || n, '"
                        + kind + "', 'push', actor, 'edge-' || n || '.aaaaaaaa', agentdb_fence() - 1,"
                        + " 'ffffffff-ffff-ffff-ffff-ffffffffffff'" + " from node, generate_series(1, " + PEERS
                                + ") as n");
            }
            statement.execute("vacuum (analyze)");
        }
    }

    private static Memory memory(NodeProcess node) throws IOException, InterruptedException {
        node.collect();
        node.collect();
        return new Memory(node.metric("jvm.memory.used", "area:heap"),
                node.metric("jvm.buffer.memory.used", "id:direct"),
                        node.residentKib().stream().mapToLong(Long::longValue).sum());
    }
}
