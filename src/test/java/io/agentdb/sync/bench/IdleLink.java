package io.agentdb.sync.bench;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.quic.server.UdpRelay;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Automatic runs between two nodes that have nothing to tell one another, and the connection between them while there
 * are none.
 */
final class IdleLink {

    private static final int WARM_UP = 40;
    private static final int RUNS = 60;
    private static final int KEEPALIVE_SECONDS = 60;
    private static final int[] ACTORS = {10, 100, 500};

    private record Sample(CpuTime caller, CpuTime called, long datagrams) { }

    private final Sizes sizes;

    IdleLink(Sizes sizes) {
        this.sizes = sizes;
    }

    void run() throws IOException, InterruptedException, SQLException {
        // Often, so that the clock's ticks are small against what is measured; but no more often than a run takes,
        // since looking whether it is time costs too.
        try (NodeProcess caller = new NodeProcess("caller", sizes, "agentdb.sync.interval=500ms"); NodeProcess called =
                new NodeProcess("called", sizes);
                UdpRelay relay = new UdpRelay(called.quicPort(), 1, UdpRelay.Weather.FAIR)) {
            Pair.introduce(caller, called, relay.port());
            load(caller);
            runs(caller, WARM_UP);
            keepalive(caller, called, relay);
            link("idle_run", caller, called, relay);
            for (int actors : ACTORS) {
                know(caller, actors);
                know(called, actors);
                runs(caller, 20);
                link("idle_run_" + actors + "_actors", caller, called, relay);
            }
        }
    }

    private void load(NodeProcess node) throws SQLException {
        try (Connection connection = node.connect()) {
            new Loading(connection).episodesOnly(sizes.delta());
        }
    }

    private static void keepalive(NodeProcess caller, NodeProcess called, UdpRelay relay)
            throws IOException, SQLException {
        Sample before = sample(caller, called, relay);
        LockSupport.parkNanos(KEEPALIVE_SECONDS * 1_000_000_000L);
        Sample after = sample(caller, called, relay);
        Output.print("keepalive_udp_bytes_per_minute", after.datagrams - before.datagrams, "bytes");
        Output.print("no_link_node_cpu_ms_per_minute", after.called.since(before.called).node(), "ms");
        Output.print("no_link_postgres_cpu_ms_per_minute", after.called.since(before.called).postgres(), "ms");
    }

    private static void link(String name, NodeProcess caller, NodeProcess called, UdpRelay relay)
            throws IOException, InterruptedException, SQLException {
        double framesBefore = frames(caller);
        Sample before = sample(caller, called, relay);
        double done = runs(caller, RUNS);
        Sample after = sample(caller, called, relay);
        CpuTime calling = after.caller.since(before.caller);
        CpuTime answering = after.called.since(before.called);
        Output.print(name + "_caller_cpu_ms", calling.node() / done, "ms");
        Output.print(name + "_caller_postgres_cpu_ms", calling.postgres() / done, "ms");
        Output.print(name + "_called_cpu_ms", answering.node() / done, "ms");
        Output.print(name + "_called_postgres_cpu_ms", answering.postgres() / done, "ms");
        Output.print(name + "_frame_bytes", (frames(caller) - framesBefore) / done, "bytes");
        Output.print(name + "_udp_bytes", (after.datagrams - before.datagrams) / done, "bytes");
    }

    private static Sample sample(NodeProcess caller, NodeProcess called, UdpRelay relay)
            throws IOException, SQLException {
        return new Sample(caller.cpu(), called.cpu(), relay.bytes());
    }

    private static double frames(NodeProcess node) throws IOException, InterruptedException {
        return node.metric("agentdb.sync.wire.bytes");
    }

    /** Lets automatic sync work until it has made at least so many runs; gives how many. */
    private static double runs(NodeProcess node, int count) throws IOException, InterruptedException {
        double before = done(node);
        node.rest().put("/sync/auto", Map.of("enabled", true));
        while (done(node) < before + count) {
            LockSupport.parkNanos(1_000_000_000);
        }
        node.rest().put("/sync/auto", Map.of("enabled", false));
        return done(node) - before;
    }

    private static double done(NodeProcess node) throws IOException, InterruptedException {
        return node.metric("agentdb.sync.runs", "outcome:success");
    }

    /** As if it had synchronized with everybody in a mesh of so many. */
    private static void know(NodeProcess node, int actors) throws SQLException {
        try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
            for (Kind kind : Kind.ALL) {
                statement.executeUpdate("insert into knowledge (kind, actor, xid) select '" + kind
                        + "', 'node-' || n || '.' || translate(substr(md5(n::text), 1, 8), '0189', 'ghij'),"
                                + " 1000000 + n from generate_series(1, " + actors + ") as n on conflict do nothing");
            }
        }
    }
}
