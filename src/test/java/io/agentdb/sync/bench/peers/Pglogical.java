package io.agentdb.sync.bench.peers;

import io.agentdb.sync.bench.NodeProcess;
import io.agentdb.sync.bench.warm.WarmPair;
import io.agentdb.sync.memory.Kind;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** The extension pglogical with its defaults, where both clusters have it. */
record Pglogical(WarmPair pair) implements Replicator {

    @Override
    public String name() {
        return "pglogical";
    }

    @Override
    public Optional<String> obstacle() throws SQLException {
        for (NodeProcess node : nodes()) {
            try (Connection connection = node.connect(); Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "select from pg_available_extensions where name = 'pglogical'")) {
                if (!row.next()) {
                    return Optional.of("PostgreSQL of node " + node.name() + " has no extension of that name");
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void prepare() throws IOException, InterruptedException, SQLException {
        for (NodeProcess node : nodes()) {
            pair.execute(node, "alter system set shared_preload_libraries = pglogical");
            node.restart();
            pair.execute(node, "create extension pglogical");
            pair.execute(node, "select pglogical.create_node('" + node.name() + "', '" + node.conninfo() + "')");
        }
        for (Kind kind : Kind.ALL) {
            pair.execute(pair.first(), "select pglogical.replication_set_add_table('default', '"
                    + PlainTables.name(kind) + "')");
        }
    }

    @Override
    public void copy() throws SQLException {
        pair.execute(pair.second(), "select pglogical.create_subscription('plain_tables', '" + pair.first().conninfo()
                + "', array['default'])");
        try (Arrival arrival = new Arrival(pair.second())) {
            // Also if it has copied tables one by one; y and r are done.
            arrival.await("select from pglogical.local_sync_status having bool_and(sync_status in ('y', 'r'))");
        }
    }

    @Override
    public void disconnect() throws SQLException {
        pair.execute(pair.second(), "select pglogical.alter_subscription_disable('plain_tables', true)");
    }

    @Override
    public void reconnect() throws SQLException {
        pair.execute(pair.second(), "select pglogical.alter_subscription_enable('plain_tables', true)");
    }

    @Override
    public void remove() throws SQLException {
        pair.execute(pair.second(), "select pglogical.drop_subscription('plain_tables', true)");
        for (NodeProcess node : nodes()) {
            pair.execute(node, "drop extension pglogical cascade");
        }
    }

    private NodeProcess[] nodes() {
        return new NodeProcess[] {pair.first(), pair.second()};
    }
}
