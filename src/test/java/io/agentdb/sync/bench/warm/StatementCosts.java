package io.agentdb.sync.bench.warm;

import io.agentdb.sync.bench.NodeProcess;
import io.agentdb.sync.bench.Output;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/** What each statement of a sync costs PostgreSQL, by its own account ({@code pg_stat_statements}); as remarks. */
final class StatementCosts {

    /** Less than this share of a database's time is left out. */
    private static final double LEAST = 0.005;

    private final WarmPair pair;

    StatementCosts(WarmPair pair) {
        this.pair = pair;
    }

    boolean run() throws IOException, InterruptedException, SQLException {
        for (NodeProcess node : new NodeProcess[] {pair.first(), pair.second()}) {
            pair.execute(node, "create extension pg_stat_statements");
        }
        of("a first copy by pull", () -> {
            pair.empty();
            reset();
            pair.pull();
        });
        of("a first copy by push", () -> {
            pair.empty();
            reset();
            pair.push();
        });
        of("a delta of 1,000 by push", () -> {
            Deltas.write(pair, 1_000);
            reset();
            pair.push();
        });
        of("an empty run by push", () -> {
            reset();
            pair.push();
        });
        return pair.equal();
    }

    private void of(String what, WarmPair.Work work) throws IOException, InterruptedException, SQLException {
        work.run();
        for (NodeProcess node : new NodeProcess[] {pair.first(), pair.second()}) {
            print(what, node);
        }
    }

    private void reset() throws SQLException {
        for (NodeProcess node : new NodeProcess[] {pair.first(), pair.second()}) {
            pair.execute(node, "select pg_stat_statements_reset()");
        }
    }

    private static void print(String what, NodeProcess node) throws SQLException {
        try (Connection connection = node.connect(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        with spent as (select query, calls, rows, total_exec_time + total_plan_time as millis
                            from pg_stat_statements where query !~ 'pg_stat_statements')
                        select calls, rows, millis, millis / sum(millis) over () as share, sum(millis) over () as whole,
                            sum(calls) over () as asked, left(regexp_replace(query, '\\s+', ' ', 'g'), 110) as query
                        from spent order by millis desc""")) {
            while (rows.next()) {
                if (rows.isFirst()) {
                    Output.remark(String.format(Locale.ROOT, "%s, at %s: %d statements, %.1f ms", what, node.name(),
                            rows.getLong("asked"), rows.getDouble("whole")));
                }
                if (rows.getDouble("share") >= LEAST) {
                    Output.remark(String.format(Locale.ROOT, "%5.1f %% %6d calls %8d rows %9.2f ms  %s",
                            rows.getDouble("share") * 100, rows.getLong("calls"), rows.getLong("rows"),
                            rows.getDouble("millis"), rows.getString("query")));
                }
            }
        }
    }
}
