package io.agentdb.sync.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * What the node wants of a database, asked before it changes anything there: a sync would else get stuck long after the
 * start.
 */
public final class DatabaseRequirements {

    private static final int OLDEST = 150_000;
    private static final String FACTS = """
            select datname, pg_encoding_to_char(encoding), current_setting('server_version'),
                current_setting('server_version_num')::int, pg_is_in_recovery(),
                current_setting('transaction_read_only') = 'on',
                current_setting('session_replication_role')
            from pg_database where datname = current_database()
            """;

    private DatabaseRequirements() {
    }

    /**
     * Takes two connections for a moment.
     *
     * @throws UnsuitableDatabase saying what is wrong with the database or on the way to it, and what to do
     */
    public static void check(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            try (Statement statement = connection.createStatement(); ResultSet facts = statement.executeQuery(FACTS)) {
                facts.next();
                check(facts);
            }
            try (Connection other = dataSource.getConnection()) {
                SessionPooling.check(connection, other);
            }
        }
    }

    private static void check(ResultSet facts) throws SQLException {
        String name = facts.getString(1);
        if (facts.getInt(4) < OLDEST) {
            throw new UnsuitableDatabase("The database's server is PostgreSQL " + facts.getString(3)
                    + ", and the node works with 15 to 18.",
                            "Upgrade the server, or name another one in spring.datasource.url.");
        }
        if (!facts.getString(2).equals("UTF8")) {
            // One emoji of a peer could not be stored, or a byte of our own could not be read: every sync would stop
            // there.
            throw new UnsuitableDatabase("The database '" + name + "' has the encoding " + facts.getString(2)
                    + ", which cannot hold every text" + " that peers have; the node needs UTF8.",
                    "Create one with: createdb -E UTF8 -T template0 --locale=C.UTF-8 <name>; move"
                            + " what the old one holds with pg_dump and pg_restore; and name it in"
                            + " spring.datasource.url.");
        }
        if (facts.getBoolean(5)) {
            throw UnsuitableDatabase.forNow("The database '" + name + "' is on a standby, which takes no writes.",
                    "Name the primary in spring.datasource.url; with several hosts in it, add"
                    + " targetServerType=primary.");
        }
        if (facts.getBoolean(6)) {
            throw UnsuitableDatabase.forNow("The database '" + name
                    + "' is read-only (default_transaction_read_only is on).",
                    "Make it writable: alter database " + name
                    + " reset default_transaction_read_only; or look whether the setting is the"
                            + " user's (alter role … reset …) or the server's.");
        }
        if (!facts.getString(7).equals("origin")) {
            throw new UnsuitableDatabase("The sessions of database '" + name + "' have session_replication_role = "
                    + facts.getString(7)
                    + ", under which no trigger runs: what is written would get no version, and no peer would hear of"
                    + " it.", "Reset it: alter database " + name
                            + " reset session_replication_role; or alter role … reset ….");
        }
    }
}
