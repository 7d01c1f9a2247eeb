package io.agentdb.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulator's schedules with somebody among the nodes who lies: under a token that does not let it write, or as a
 * peer that is dialled.
 *
 * <p>{@code -Dsimulation.schedules=N -Dsimulation.seed=FIRST} runs others; a failure names its seed and prints its
 * schedule.
 */
class LiarsTest {

    @Test
    void whateverSomebodySaysWhoMayNotWrite_honestNodesEndEqual_andLoseNothing() {
        assertThat(failure(EnumSet.allOf(Rule.class), 1_000, LiarsTest::client)).isNull();
    }

    @Test
    void whateverIsAnsweredByAPeerThatIsDialled_honestNodesEndEqual_andLoseNothing() {
        assertThat(failure(EnumSet.allOf(Rule.class), 500, LiarsTest::server)).isNull();
    }

    @ParameterizedTest
    @EnumSource(value = Rule.class, names = {"PERMITTED", "ASKED", "CREDIBLE", "ANSWERING"})
    void withoutARule_someLieIsBelieved(Rule rule) {
        BiFunction<Simulation, Long, Supplier<String>> liar =
                rule == Rule.PERMITTED ? LiarsTest::client : LiarsTest::server;
        assertThat(failure(EnumSet.complementOf(EnumSet.of(rule)), 1_000, liar)).as("what is believed without %s", rule)
                .isNotNull();
    }

    private static Supplier<String> client(Simulation simulation, long seed) {
        return new Liar(simulation.mesh, seed)::lie;
    }

    private static Supplier<String> server(Simulation simulation, long seed) {
        return new LyingServer(simulation, seed)::lie;
    }

    private static String failure(Set<Rule> rules, long atMost, BiFunction<Simulation, Long, Supplier<String>> liar) {
        long first = Long.getLong("simulation.seed", 1);
        long schedules = Long.getLong("simulation.schedules", atMost);
        return LongStream.range(first, first + schedules).parallel().mapToObj(seed -> attempt(seed, rules, liar))
                .filter(Objects::nonNull).findFirst().orElse(null);
    }

    private static String attempt(long seed, Set<Rule> rules, BiFunction<Simulation, Long, Supplier<String>> liar) {
        Simulation simulation = new Simulation(seed, rules);
        simulation.liars.add(liar.apply(simulation, seed));
        String wrong;
        try {
            wrong = simulation.run();
        } catch (RuntimeException e) {
            wrong = e + " at " + e.getStackTrace()[0];
        }
        return wrong == null ? null : "seed " + seed + ": " + wrong + "\n" + String.join("\n", simulation.schedule());
    }
}
