package io.agentdb.sync.bench.peers;

import io.agentdb.sync.bench.Pipe;
import io.agentdb.sync.bench.warm.WarmPair;
import io.agentdb.sync.memory.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * COPY into a staging table and from there an upsert: what whoever compares what comes with what is there must at least
 * do. It is told which rows have changed, and compares nothing.
 */
final class StagedUpsert implements Replicator {

    private final WarmPair pair;
    private final Map<Kind, String> upserts = new HashMap<>();
    private Connection from;
    private Connection to;

    StagedUpsert(WarmPair pair) {
        this.pair = pair;
    }

    @Override
    public String name() {
        return "staged_upsert";
    }

    @Override
    public Optional<String> obstacle() {
        return Optional.empty();
    }

    @Override
    public void prepare() throws SQLException {
        from = pair.first().connect();
        to = pair.second().connect();
        for (Kind kind : Kind.ALL) {
            execute("create temporary table staged_" + kind + " (like " + PlainTables.name(kind)
                    + ") on commit delete rows");
            upserts.put(kind, upsert(kind));
        }
        to.setAutoCommit(false);
    }

    @Override
    public void copy() throws SQLException {
        for (Kind kind : Kind.ALL) {
            carry(kind, "true");
        }
    }

    @Override
    public void carry(String condition) throws SQLException {
        carry(Kind.EPISODES, condition);
    }

    private void carry(Kind kind, String condition) throws SQLException {
        Pipe.copy(from, "(select * from " + PlainTables.name(kind) + " where " + condition + ")", to, "staged_" + kind);
        execute(upserts.get(kind));
        to.commit();
    }

    private String upsert(Kind kind) throws SQLException {
        String columns = new PlainTables(pair).columns(kind);
        return "insert into " + PlainTables.name(kind) + " (id, " + columns + ") select id, " + columns
                + " from staged_" + kind + " on conflict (id) do update set (" + columns + ") = ("
                + columns.replaceAll("\\w+", "excluded.$0") + ")";
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = to.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void remove() throws SQLException {
        from.close();
        to.close();
    }
}
