package io.agentdb.sync.bench;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * One hub in a process of its own and ten nodes that call it: what the hub pays, to hold against the formula of
 * docs/scaling.md.
 */
final class HubAndSpokes {

    private static final int SPOKES = 10;
    private static final int EPISODES = 5_000;

    private final Sizes sizes;

    HubAndSpokes(Sizes sizes) {
        this.sizes = sizes;
    }

    /** @return whether all hold the same in the end */
    boolean run() throws IOException, InterruptedException, SQLException {
        List<TestNode> spokes = new ArrayList<>();
        try (NodeProcess hub = new NodeProcess("hub", sizes)) {
            for (int i = 0; i < SPOKES; i++) {
                spokes.add(TestNode.start("spoke" + i));
            }
            Peer peer = new Peer(new PeerName("hub"), new HostPort("127.0.0.1", hub.quicPort()), null,
                    hub.fingerprint(), Kind.ALL,
                    Selection.ALL, null, Peer.Origin.API);
            spread(spokes, peer);
            CpuTime before = hub.cpu();
            double sent = hub.metric("agentdb.sync.records", "direction:out");
            spread(spokes, peer);
            CpuTime spent = hub.cpu().since(before);
            Output.print("hub_spokes", SPOKES, "nodes");
            Output.print("hub_records_sent_per_written", (
                    hub.metric("agentdb.sync.records", "direction:out") - sent) / EPISODES, "ratio");
            Output.print("hub_cpu_us_per_record", spent.node() * 1000.0 / EPISODES, "us");
            Output.print("hub_postgres_cpu_us_per_record", spent.postgres() * 1000.0 / EPISODES, "us");
            boolean equal = spokes.stream().map(TestNode::digests).distinct().count() == 1;
            Output.print("hub_equal", equal);
            return equal;
        } finally {
            spokes.forEach(TestNode::close);
        }
    }

    /** New records on the first spoke, from there to the hub, and from there to everybody. */
    private static void spread(List<TestNode> spokes, Peer hub) throws SQLException {
        try (Connection connection = spokes.get(0).jdbc().getDataSource().getConnection()) {
            new Loading(connection).episodesOnly(EPISODES);
        }
        for (TestNode spoke : spokes) {
            SyncReport report = spoke.sync(hub, RunOptions.DEFAULT);
            if (!report.success()) {
                throw new IllegalStateException("a spoke's run failed: " + report.errors());
            }
        }
    }
}
