package io.agentdb.sync.mesh;

import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.quic.server.UdpRelay;
import io.agentdb.sync.quic.server.UdpRelay.Weather;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.simulation.SimulatedMesh.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Some whole nodes, each reaching each other through a relay of its own. A topology says which of these links a
 * schedule uses, so that the same nodes serve many schedules. Not thread-safe.
 */
final class Mesh implements AutoCloseable {

    /** Seen from the node that dials. */
    record Link(int from, int to) {
        Link back() {
            return new Link(to, from);
        }

        @Override
        public String toString() {
            return from + "->" + to;
        }
    }

    private final List<TestNode> nodes = new ArrayList<>();
    private final Map<Link, UdpRelay> relays = new HashMap<>();

    Mesh(int size, long seed, Weather weather) {
        for (int i = 0; i < size; i++) {
            nodes.add(TestNode.start("m" + i, "agentdb.client.timeout=2s", "agentdb.client.max-retries=1"));
        }
        for (Link link : links(Topology.FULL)) {
            relays.put(link, new UdpRelay(nodes.get(link.to()).quicPort(), seed + relays.size(), weather));
        }
    }

    TestNode node(int i) {
        return nodes.get(i);
    }

    /** The nodes that take part; of a pair only the first two. */
    List<TestNode> nodes(Topology topology) {
        return topology == Topology.PAIR ? nodes.subList(0, 2) : nodes;
    }

    /** Each both ways. */
    List<Link> links(Topology topology) {
        int size = nodes(topology).size();
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                if (topology.linked(i, j, size)) {
                    links.add(new Link(i, j));
                }
            }
        }
        return links;
    }

    /** A run over the link, which goes on by itself. */
    SyncRun start(Link link, RunOptions options) {
        TestNode from = nodes.get(link.from());
        return from.bean(SyncCoordinator.class).start(from.peer(nodes.get(link.to()), relays.get(link).port()),
                options);
    }

    SyncRun start(Link link, ConflictStrategy strategy) {
        return start(link, new RunOptions(null, null, strategy, null));
    }

    void partition(Link link) {
        relays.get(link).partition();
        relays.get(link.back()).partition();
    }

    void heal() {
        relays.values().forEach(UdpRelay::heal);
    }

    void rebind(Link link) {
        relays.get(link).rebind();
    }

    /**
     * As if its database had been restarted, but transactions of the schedule go on.
     *
     * @return how many connections are gone
     */
    int breakDatabase(int node) {
        return nodes.get(node).jdbc().queryForObject("""
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'schedule'
                """, Integer.class);
    }

    @Override
    public void close() {
        // Together: each waits a little for the farewell of the others.
        nodes.parallelStream().forEach(TestNode::close);
        relays.values().forEach(UdpRelay::close);
    }
}
