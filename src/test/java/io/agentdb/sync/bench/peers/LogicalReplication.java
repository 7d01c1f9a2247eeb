package io.agentdb.sync.bench.peers;

import io.agentdb.sync.bench.warm.WarmPair;
import java.sql.SQLException;
import java.util.Optional;

/** PostgreSQL's own: a publication and a subscription, in binary form like the floor, else with their defaults. */
record LogicalReplication(WarmPair pair) implements Replicator {

    @Override
    public String name() {
        return "logical_replication";
    }

    @Override
    public Optional<String> obstacle() {
        return Optional.empty();
    }

    @Override
    public void prepare() throws SQLException {
        pair.execute(pair.first(), "create publication plain_tables for table " + PlainTables.NAMES);
    }

    @Override
    public void copy() throws SQLException {
        pair.execute(pair.second(), "create subscription plain_tables connection '" + pair.first().conninfo()
                + "' publication plain_tables with (binary = true)");
        // Visible as soon as a table's copy is finished, before its subscription is.
        awaitTables("'f', 's', 'r'");
    }

    @Override
    public void disconnect() throws SQLException {
        // Else the rest of the first copy would be counted with what comes next.
        awaitTables("'r'");
        pair.execute(pair.second(), "alter subscription plain_tables disable");
    }

    @Override
    public void reconnect() throws SQLException {
        pair.execute(pair.second(), "alter subscription plain_tables enable");
    }

    @Override
    public void remove() throws SQLException {
        pair.execute(pair.second(), "drop subscription plain_tables");
        pair.execute(pair.first(), "drop publication plain_tables");
    }

    private void awaitTables(String states) throws SQLException {
        try (Arrival arrival = new Arrival(pair.second())) {
            arrival.await("select where not exists (select from pg_subscription_rel where srsubstate not in (" + states
                    + "))");
        }
    }
}
