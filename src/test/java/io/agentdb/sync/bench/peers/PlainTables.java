package io.agentdb.sync.bench.peers;

import io.agentdb.sync.bench.NodeProcess;
import io.agentdb.sync.bench.warm.WarmPair;
import io.agentdb.sync.memory.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Tables like the node's, with their indexes and checks and without their triggers, in the schema {@code plain} of both
 * clusters: full in the first one, empty in the second.
 */
record PlainTables(WarmPair pair) {

    /** All of them, separated by commas. */
    static final String NAMES = String.join(", ", Kind.ALL.stream().map(PlainTables::name).toList());

    static String name(Kind kind) {
        return "plain." + kind;
    }

    void make() throws SQLException {
        for (NodeProcess node : nodes()) {
            pair.execute(node, "create schema plain");
            for (Kind kind : Kind.ALL) {
                pair.execute(node, "create table " + name(kind) + " (like public." + kind + " including all)");
            }
        }
        for (Kind kind : Kind.ALL) {
            pair.execute(pair.first(), "insert into " + name(kind) + " select * from public." + kind);
        }
    }

    void drop() throws SQLException {
        for (NodeProcess node : nodes()) {
            pair.execute(node, "drop schema plain cascade");
        }
    }

    boolean equal() throws SQLException {
        for (Kind kind : Kind.ALL) {
            String content = "select count(*) || ' rows, ' || coalesce(sum(hashtextextended(one::text, 0)), 0) from "
                    + name(kind) + " as one";
            if (!text(pair.first(), content).equals(text(pair.second(), content))) {
                return false;
            }
        }
        return true;
    }

    /** The columns of a kind but its id, separated by commas. */
    String columns(Kind kind) throws SQLException {
        return text(pair.first(), """
                select string_agg(attname, ', ' order by attnum) from pg_attribute
                where attrelid = '%s'::regclass and attnum > 0 and not attisdropped and attname <> 'id'"""
                .formatted(name(kind)));
    }

    private static String text(NodeProcess node, String query) throws SQLException {
        try (Connection connection = node.connect(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private NodeProcess[] nodes() {
        return new NodeProcess[] {pair.first(), pair.second()};
    }
}
