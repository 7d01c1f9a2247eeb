package io.agentdb.sync.bench;

import io.agentdb.sync.node.NodeIdentity;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/**
 * What it costs that a database is not the one that it was, as after a failover: the new incarnation, and the sync
 * after it.
 */
record Restamping(Pair pair) {

    void run() throws IOException, InterruptedException, SQLException {
        SingleConnectionDataSource database = new SingleConnectionDataSource(pair.first().connect(), true);
        try {
            JdbcTemplate jdbc = new JdbcTemplate(database);
            measure("restamp", database, jdbc);
        } finally {
            database.destroy();
        }
    }

    private void measure(String name, SingleConnectionDataSource database, JdbcTemplate jdbc)
            throws IOException, InterruptedException, SQLException {
        // What is not there yet would be counted with what travels again.
        Pair.sync(pair.second(), pair.first());
        jdbc.execute("vacuum full");
        jdbc.execute("checkpoint");
        double rows = jdbc.queryForObject("""
                select (select count(*) from episodes) + (select count(*) from skills) + (select count(*) from edges)
                    + (select count(*) from tombstones)""", Long.class) / 100_000.0;
        String log = jdbc.queryForObject("select pg_current_wal_lsn()::text", String.class);
        long size = jdbc.queryForObject("select pg_database_size(current_database())", Long.class);
        CpuTime before = pair.first().cpu();
        long start = System.nanoTime();
        jdbc.update("update node set timeline = timeline + 1");
        jdbc.queryForList("select agentdb_note()");
        new NodeIdentity(jdbc, new TransactionTemplate(new DataSourceTransactionManager(database)), Optional.empty());
        Output.print(name + "_seconds_per_100k", Stopwatch.secondsSince(start) / rows, "s");
        Output.print(name + "_postgres_cpu_ms_per_100k", pair.first().cpu().since(before).postgres() / rows, "ms");
        Output.print(name + "_wal_mb_per_100k", jdbc.queryForObject(
                "select pg_wal_lsn_diff(pg_current_wal_lsn(), ?::pg_lsn)", Double.class, log)
                / 1e6 / rows, "MB");
        Output.print(name + "_disk_mb_per_100k", (jdbc.queryForObject(
                "select pg_database_size(current_database())", Long.class) - size)
                / 1e6 / rows, "MB");
        CpuTime callerBefore = pair.second().cpu();
        CpuTime calledBefore = pair.first().cpu();
        JsonNode report = Pair.sync(pair.second(), pair.first());
        Output.print("sync_after_" + name + "_records", report.get("itemsPulled").asLong()
                + report.get("itemsPushed").asLong(), "records");
        Output.print("sync_after_" + name + "_frame_bytes", report.get("bytesTransferred").asLong(), "bytes");
        Output.print("sync_after_" + name + "_cpu_ms", pair.second().cpu().since(callerBefore).all()
                + pair.first().cpu().since(calledBefore).all(), "ms");
    }
}
