package io.agentdb.sync.bench;

import io.agentdb.sync.memory.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Bytes on disk per record and per deletion, by PostgreSQL's own account. */
record Storage(NodeProcess writer, NodeProcess reader) {

    private static final int[] ACTORS = {1, 10, 100, 500};

    void run() throws SQLException {
        for (Kind kind : Kind.ALL) {
            each(kind);
        }
        try (Connection connection = writer.connect(); Statement statement = connection.createStatement()) {
            statement.execute("delete from episodes where id in (select id from episodes limit 10000)");
            statement.execute("vacuum tombstones");
            Output.print("tombstone_bytes", number(statement,
                    "select pg_total_relation_size('tombstones') / count(*) from tombstones"), "bytes");
            for (int actors : ACTORS) {
                Output.print("context_bytes_" + actors + "_actors", number(statement, """
                        select pg_column_size(jsonb_object_agg('node-' || n || '.' || substr(md5(n::text), 1, 8),
                            1000000 + n))
                        from generate_series(1, %d) as n""".formatted(actors)), "bytes");
            }
        }
    }

    private void each(Kind kind) throws SQLException {
        try (Connection connection = reader.connect(); Statement statement = connection.createStatement()) {
            statement.execute("vacuum (analyze) " + kind);
            Output.print("stored_" + kind + "_bytes", number(statement,
                    "select pg_total_relation_size('" + kind + "') / count(*) from " + kind), "bytes");
            Output.print("stored_" + kind + "_index_bytes", number(statement,
                    "select pg_indexes_size('" + kind + "') / count(*) from " + kind), "bytes");
            Output.print("stored_" + kind + "_feed_index_bytes", number(statement,
                    "select pg_relation_size('" + kind + "_feed') / count(*) from " + kind), "bytes");
            Output.print("stored_" + kind + "_version_bytes", number(statement, """
                    select avg(pg_column_size(actor) + pg_column_size(counter) + pg_column_size(xid)
                        + pg_column_size(context) + pg_column_size(hlc) + pg_column_size(feed_xid)
                        + coalesce(pg_column_size(via), 0) + pg_column_size(choice))::bigint
                    from %s""".formatted(kind)), "bytes");
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
