package io.agentdb.sync.bench;

import io.agentdb.sync.postgres.CopyBinary;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/** Fills a node's database by SQL, as any agent may: the triggers stamp every row. */
public final class Loading {

    /** Rows per transaction: a feed of one huge transaction would be easier to read than any that grew. */
    private static final int COMMIT = 1_000;

    private final Connection connection;
    private final Prose prose = new Prose(4433);

    public Loading(Connection connection) {
        this.connection = connection;
    }

    public void run(Sizes sizes) throws SQLException {
        for (int done = 0; done < sizes.episodes(); done += COMMIT) {
            episodes(Math.min(COMMIT, sizes.episodes() - done));
        }
        skills(sizes.skills());
        try (Statement statement = connection.createStatement()) {
            // Ends are skills; the step is odd so that the pairs differ.
            statement.execute("""
                    insert into edges (from_id, relationship, to_id, weight, similarity, sample_size, mechanism)
                    select agentdb_skill_id('skill-' || n %% %1$d), 'leads-to-' || n / %1$d,
                           agentdb_skill_id('skill-' || (n * 7 + 1) %% %1$d),
                           random(), random(), n, 'observed in ' || n || ' episodes of the same session'
                    from generate_series(0, %2$d - 1) as n
                    """.formatted(sizes.skills(), sizes.edges()));
            // A node that has been up for a minute has done so by itself; here it would run in the middle of a
            // measurement.
            statement.execute("vacuum (analyze)");
            statement.execute("checkpoint");
        }
    }

    public void episodesOnly(int count) throws SQLException {
        for (int done = 0; done < count; done += COMMIT) {
            episodes(Math.min(COMMIT, count - done));
        }
    }

    private void episodes(int count) throws SQLException {
        Instant now = Instant.now();
        try (CopyBinary copy = new CopyBinary(connection, """
                copy episodes (ts, session_id, task, input, output, critique, reward, success, latency_ms, tokens_used,
                    tags, metadata)
                from stdin (format binary)""")) {
            for (int i = 0; i < count; i++) {
                copy.startRow(12);
                copy.writeTimestamp(now.minusSeconds(prose.below(30 * 24 * 3600)));
                copy.writeText("session-" + prose.below(2_000));
                copy.writeText(prose.text(100));
                copy.writeText(prose.text(200));
                copy.writeText(prose.text(300));
                copy.writeText(prose.text(100));
                copy.writeDouble(prose.fraction());
                copy.writeBoolean(prose.below(4) > 0);
                copy.writeLong(prose.below(20_000));
                copy.writeLong(prose.below(8_000));
                copy.writeTextArray(prose.tags());
                copy.writeJsonb(prose.metadata());
            }
            copy.finish();
        }
    }

    private void skills(int count) throws SQLException {
        try (CopyBinary copy = new CopyBinary(connection, """
                copy skills (name, description, code, success_rate, uses, tags, metadata)
                    from stdin (format binary)""")) {
            for (int i = 0; i < count; i++) {
                copy.startRow(7);
                copy.writeText("skill-" + i);
                copy.writeText(prose.text(200));
                copy.writeText("def skill_" + i + "(context):\n    # " + prose.text(150) + "\n    return context."
                        + prose.word() + "()\n");
                copy.writeDouble(prose.fraction());
                copy.writeLong(prose.below(1_000));
                copy.writeTextArray(prose.tags());
                copy.writeJsonb(prose.metadata());
            }
            copy.finish();
        }
    }
}
