package io.agentdb.sync.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Skills that both sides have changed, against skills that only one side has: what resolving costs. */
final class ConflictBenchmark {

    private static final int SKILLS = 10_000;
    private static final double LEAST = 1 / 12.0;

    private final Sizes sizes;

    ConflictBenchmark(Sizes sizes) {
        this.sizes = sizes;
    }

    /** @return whether both ended equal, and resolving was fast enough */
    boolean run() throws IOException, InterruptedException, SQLException {
        boolean good = true;
        for (String strategy : new String[] {"latest-wins", "merge"}) {
            String name = strategy.replace("-", "_");
            try (NodeProcess first = new NodeProcess("first", sizes); NodeProcess second =
                    new NodeProcess("second", sizes)) {
                Pair pair = new Pair(first, second);
                pair.introduce();
                skills(first, "warm-up ", "a");
                skills(second, "warm-up ", "b");
                sync(pair, strategy);
                skills(first, "free ", "a");
                double free = SKILLS / sync(pair, strategy);
                skills(first, "contested ", "a");
                skills(second, "contested ", "b");
                double contested = SKILLS / sync(pair, strategy);
                Output.print("conflict_free_" + name + "_records_per_s", Math.round(free), "records/s");
                Output.print("conflicting_" + name + "_records_per_s", Math.round(contested), "records/s");
                Output.print("conflicting_over_free_" + name, contested / free, "ratio");
                boolean equal = pair.equal();
                Output.print("conflict_" + name + "_equal", equal);
                good &= equal && contested / free >= LEAST;
            }
        }
        return good;
    }

    private static void skills(NodeProcess node, String prefix, String what) throws SQLException {
        try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
            statement.executeUpdate("""
                    insert into skills (name, description, code, uses, success_rate, tags, metadata)
                    select '%s' || n, repeat('what %s says of it ', 10), repeat('return %s; ', 20), n %% 100, 0.5,
                        array['%s', 'common'],
                           jsonb_build_object('by', '%s', 'n', n)
                    from generate_series(1, %d) as n
                    """.formatted(prefix, what, what, what, what, SKILLS));
        }
    }

    /** @return seconds of the run, by its report */
    private static double sync(Pair pair, String strategy) throws IOException, InterruptedException {
        JsonNode run = pair.first().rest().post("/sync?wait=true",
                Map.of("peer", pair.second().name(), "strategy", strategy));
        return run.get("runs").get(0).get("report").get("durationMs").asLong() / 1000.0;
    }
}
