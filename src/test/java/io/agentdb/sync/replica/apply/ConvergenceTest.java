package io.agentdb.sync.replica.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random writers on several nodes, in overlapping transactions, with partial syncs in between; then everybody hears of
 * everything.
 */
class ConvergenceTest {

    private static final int STEPS = 150;

    private final List<Database> nodes = List.of(new Database("a"), new Database("b"), new Database("c"));
    private final List<Connection> open = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anySchedule_endsEqual(long seed) throws SQLException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int step = 0; step < STEPS; step++) {
            Database node = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> write(node.jdbc::execute, random, step);
                case 3 -> longTransaction(node, random, step);
                case 4 -> commitOne(random);
                default -> {
                    Database peer = nodes.get(random.nextInt(nodes.size()));
                    node.pull(Kind.SKILLS, peer, peer.feed.fence());
                }
            }
        }
        while (!open.isEmpty()) {
            commitOne(random);
        }
        for (int round = 0; round < 4; round++) {
            for (Database reader : nodes) {
                nodes.forEach(peer -> reader.pull(Kind.SKILLS, peer));
            }
        }
        for (Database node : nodes) {
            assertThat(node.memory(Kind.SKILLS)).as("seed %s", seed).isEqualTo(nodes.get(0).memory(Kind.SKILLS));
            assertThat(node.jdbc.queryForObject("select count(*) from skills join tombstones using (id)",
                    Integer.class)).isZero();
            assertThat(node.everything(Kind.SKILLS)).as("own dots are in their contexts")
                    .allMatch(revision -> revision.version().context().contains(revision.version().dot()));
        }
    }

    private interface Writer {
        void execute(String sql) throws SQLException;
    }

    private static void write(Writer writer, RandomGenerator random, int step) throws SQLException {
        String name = "'skill " + random.nextInt(6) + "'";
        switch (random.nextInt(4)) {
            case 0 -> writer.execute("delete from skills where name = " + name);
            case 1 -> writer.execute("update skills set uses = " + step + " where name = " + name);
            default -> writer.execute("insert into skills (name, uses) values (" + name + ", " + step + ")"
                    + " on conflict (id) do update set uses = excluded.uses");
        }
    }

    private void longTransaction(Database node, RandomGenerator random, int step) throws SQLException {
        Connection connection = node.begin();
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into skills (name) values ('late " + step + "')");
            if (random.nextBoolean()) {
                statement.execute("update skills set uses = 1 where name = 'late " + step + "'");
            }
        }
        open.add(connection);
    }

    private void commitOne(RandomGenerator random) throws SQLException {
        if (!open.isEmpty()) {
            try (Connection connection = open.remove(random.nextInt(open.size()))) {
                connection.commit();
            }
        }
    }
}
