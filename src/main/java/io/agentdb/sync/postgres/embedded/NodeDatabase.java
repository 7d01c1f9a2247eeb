package io.agentdb.sync.postgres.embedded;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The node's database and role in an embedded server, made as the superuser. Each step finds out by itself whether it
 * is done, so that a crash between two of them, or a cluster of the release before, whose node was the superuser, needs
 * nothing else.
 */
final class NodeDatabase {

    static final String NAME = "agentdb";

    private static final long RECOVERY_NANOS = TimeUnit.MINUTES.toNanos(10);

    /**
     * What hands over all that the superuser owns; what belongs to an extension, or to a table, goes with it. Each
     * statement is to be a transaction: together they would hold the locks of several tables, and whoever writes
     * meanwhile in another order would deadlock with them.
     */
    private static final String HAND_OVER = """
            select format('alter schema %I owner to agentdb', nspname) from pg_namespace
            where nspowner = 'postgres'::regrole and nspname !~ '^pg_'
                and nspname not in ('information_schema', 'public')
            union all
            select format('alter table %I.%I owner to agentdb', n.nspname, c.relname)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relowner = 'postgres'::regrole and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
                and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                    and (d.deptype = 'e' or c.relkind = 'S' and d.deptype in ('a', 'i')))
            union all
            select format('alter routine %s owner to agentdb', p.oid::regprocedure)
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where p.proowner = 'postgres'::regrole and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid
                    and d.deptype = 'e')
            union all
            select format('alter type %s owner to agentdb', t.oid::regtype)
            from pg_type t join pg_namespace n on n.oid = t.typnamespace
            where t.typowner = 'postgres'::regrole and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                and t.typtype in ('c', 'd', 'e', 'r') and (t.typrelid = 0
                    or exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
                and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid
                    and d.deptype = 'e')
            """;

    private NodeDatabase() {
    }

    /** @throws SQLException of class 28 if the superuser's password is another one */
    static void prepare(int port, ClusterDoor door) throws SQLException {
        try (Connection connection = connect(port, "postgres", door.superuser()); Statement statement =
                connection.createStatement()) {
            awaitPrimary(statement);
            if (!finds(statement, "pg_roles where rolname = 'agentdb'")) {
                statement.execute("create role agentdb");
            }
            statement.execute(
                    "alter role agentdb with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls");
            // Since when other roles' transactions are open: they hold the feed back.
            statement.execute("grant pg_read_all_stats to agentdb");
            // Encoded here: the server's log could hold the statement.
            connection.unwrap(PGConnection.class).alterUserPassword(
                    ClusterDoor.NODE, door.node().password().toCharArray(), "scram-sha-256");
            statement.execute(finds(statement, "pg_database where datname = 'agentdb'")
                    ? "alter database agentdb owner to agentdb"
                    : "create database agentdb owner agentdb");
        }
        try (Connection connection = connect(port, NAME, door.superuser()); Statement statement =
                connection.createStatement()) {
            // The superuser calls nothing here that somebody has made, whatever the database's own path is.
            statement.execute("set search_path = pg_catalog, pg_temp");
            for (String handOver : all(statement, HAND_OVER)) {
                statement.execute(handOver);
            }
        }
    }

    /** A server that is put back to a point in time answers before it takes writes. */
    private static void awaitPrimary(Statement statement) throws SQLException {
        long deadline = System.nanoTime() + RECOVERY_NANOS;
        while (finds(statement, "pg_is_in_recovery() as recovering where recovering")) {
            if (System.nanoTime() > deadline) {
                throw new EmbeddedServerFailure(
                        "The embedded PostgreSQL is still in recovery (recovery.signal, standby.signal)");
            }
            Pause.millis(50);
        }
    }

    private static Connection connect(int port, String database, Login login) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://127.0.0.1:" + port + "/" + database);
        source.setUser(login.user());
        source.setPassword(login.password());
        return source.getConnection();
    }

    private static List<String> all(Statement statement, String sql) throws SQLException {
        List<String> all = new ArrayList<>();
        try (ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                all.add(found.getString(1));
            }
        }
        return all;
    }

    private static boolean finds(Statement statement, String what) throws SQLException {
        try (ResultSet found = statement.executeQuery("select from " + what)) {
            return found.next();
        }
    }
}
