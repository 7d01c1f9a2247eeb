package io.agentdb.sync.bench;

import io.agentdb.sync.quic.IdleClients;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;

/** What a node pays for clients that are connected and ask for nothing. */
final class IdleConnections {

    private static final int FIRST = 50;
    private static final int MORE = 400;
    private static final long MINUTE = 60_000_000_000L;

    private record Memory(double heap, double direct, double residentKib) { }

    private final Sizes sizes;

    IdleConnections(Sizes sizes) {
        this.sizes = sizes;
    }

    void run() throws IOException, InterruptedException, SQLException {
        // A heap that does not grow: what the process grows by is then outside of it.
        Sizes settled = new Sizes(1, 1, 1, sizes.heap(), 1, 1, "-Xms" + sizes.heap() + " -XX:+AlwaysPreTouch");
        try (NodeProcess hub = new NodeProcess("hub", settled, "agentdb.server.max-connections=1000");
                IdleClients clients = new IdleClients(hub.quicPort())) {
            clients.add(FIRST);
            Memory before = memory(hub);
            clients.add(MORE);
            Memory after = memory(hub);
            Output.print("connection_heap_kib", (after.heap - before.heap) / MORE / 1024, "KiB");
            Output.print("connection_direct_buffers_kib", (after.direct - before.direct) / MORE / 1024, "KiB");
            Output.print("connection_outside_heap_kib", (after.residentKib - before.residentKib) / MORE, "KiB");
            CpuTime start = hub.cpu();
            LockSupport.parkNanos(MINUTE);
            CpuTime minute = hub.cpu().since(start);
            Output.print("connections_open", (long) hub.metric("agentdb.quic.connections", "direction:in"), "connections");
            Output.print("connections_node_cpu_ms_per_minute", minute.node(), "ms");
        }
    }

    private static Memory memory(NodeProcess node) throws IOException, InterruptedException {
        node.collect();
        node.collect();
        return new Memory(node.metric("jvm.memory.used", "area:heap"), node.metric("jvm.buffer.memory.used", "id:direct"),
                node.residentKib().stream().mapToLong(Long::longValue).sum());
    }
}
