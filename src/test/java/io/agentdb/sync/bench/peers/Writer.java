package io.agentdb.sync.bench.peers;

import io.agentdb.sync.bench.warm.WarmPair;
import io.agentdb.sync.memory.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** Who writes episodes into the first cluster's plain tables. One session, one thread at a time. */
final class Writer implements AutoCloseable {

    /** What {@link #update} and {@link #updateOneByOne} change. */
    static final String CHOSEN = "id in (select id from plain.chosen)";

    private final Connection connection;
    private final Statement statement;
    private final String columns;

    Writer(WarmPair pair) throws SQLException {
        connection = pair.first().connect();
        statement = connection.createStatement();
        columns = new PlainTables(pair).columns(Kind.EPISODES);
        statement.execute("create unlogged table plain.chosen (n bigint generated always as identity, id uuid)");
    }

    /** Chooses which episodes are changed next, others each time. */
    void choose(int episodes) throws SQLException {
        statement.execute("truncate plain.chosen; insert into plain.chosen (id) select id from plain.episodes"
                + " order by random() limit " + episodes + "; analyze plain.chosen");
    }

    /** The chosen ones in one transaction. */
    LastRow update() throws SQLException {
        try (ResultSet rows = statement.executeQuery("update plain.episodes set reward = coalesce(reward, 0) + 1 where "
                + CHOSEN + " returning id, reward")) {
            return last(rows);
        }
    }

    /** The chosen ones, each in a transaction of its own. */
    LastRow updateOneByOne() throws SQLException {
        statement.execute("""
                do $$
                declare one uuid;
                begin
                    perform set_config('synchronous_commit', 'off', false);
                    for one in select id from plain.chosen order by n loop
                        update plain.episodes set reward = coalesce(reward, 0) + 1 where id = one;
                        commit;
                    end loop;
                    perform set_config('synchronous_commit', 'on', false);
                end $$""");
        try (ResultSet row = statement.executeQuery("select id, reward from plain.episodes"
                + " where id = (select id from plain.chosen order by n desc limit 1)")) {
            return last(row);
        }
    }

    /** Makes new episodes ready, numbered from 1 on: made meanwhile, they would be counted with what is measured. */
    void makeReady(int episodes) throws SQLException {
        statement.execute("create unlogged table plain.ready as select row_number() over () as n,"
                + " agentdb_uuid7() as id, " + columns
                + " from (select * from public.episodes limit " + episodes + ") as those");
        statement.execute("create index on plain.ready (n)");
    }

    /** The numbers after {@code after}, up to {@code last}. */
    static String ready(int after, int last) {
        return "n > " + after + " and n <= " + last;
    }

    /** Some of those made ready, in one transaction. */
    void insert(String ready) throws SQLException {
        statement.execute("insert into plain.episodes (id, " + columns + ") select id, " + columns
                + " from plain.ready where " + ready);
    }

    LastRow lastReady() throws SQLException {
        try (ResultSet row = statement.executeQuery("select id, reward from plain.ready order by n desc limit 1")) {
            return last(row);
        }
    }

    /** Like one of those made ready, and under an id of its own. */
    LastRow insertLike(int number) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into plain.episodes (" + columns
                + ") select " + columns + " from plain.ready where n = ? returning id, reward")) {
            insert.setInt(1, number);
            try (ResultSet row = insert.executeQuery()) {
                return last(row);
            }
        }
    }

    private static LastRow last(ResultSet rows) throws SQLException {
        LastRow last = null;
        while (rows.next()) {
            last = new LastRow(rows.getObject(1, UUID.class), rows.getDouble(2));
        }
        if (last == null) {
            throw new IllegalStateException("nothing was written");
        }
        return last;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
