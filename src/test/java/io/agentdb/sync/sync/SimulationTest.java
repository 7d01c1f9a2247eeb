package io.agentdb.sync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random schedules of many nodes on the product's own replication code, with a store in memory.
 *
 * <p>{@code -Dsimulation.schedules=N -Dsimulation.seed=FIRST} runs others; a failure names its seed and prints its schedule.
 */
class SimulationTest {

    private static final Set<Rule> ALL = EnumSet.allOf(Rule.class);

    @Test
    void anySchedule_endsEqual_losesNothing_andBringsNothingBack() {
        long first = Long.getLong("simulation.seed", 1);
        long schedules = Long.getLong("simulation.schedules", 2_000);
        String failure = LongStream.range(first, first + schedules).parallel().mapToObj(seed -> attempt(seed, ALL)).filter(wrong -> wrong != null)
                .findFirst().orElse(null);
        assertThat(failure).isNull();
    }

    /** A simulator that cannot notice a missing rule proves nothing. */
    @ParameterizedTest
    @EnumSource(Rule.class)
    void withoutARule_someScheduleFails(Rule rule) {
        Set<Rule> others = EnumSet.complementOf(EnumSet.of(rule));
        String failure = LongStream.range(rule.seed, rule.seed + 20_000).mapToObj(seed -> attempt(seed, others)).filter(wrong -> wrong != null)
                .findFirst().orElse(null);
        assertThat(failure).as("what fails without %s", rule).isNotNull();
    }

    /** @return null if all is well */
    private static String attempt(long seed, Set<Rule> rules) {
        Simulation simulation = new Simulation(seed, rules);
        String wrong;
        try {
            wrong = simulation.run();
        } catch (RuntimeException e) {
            wrong = e + " at " + e.getStackTrace()[0];
        }
        return wrong == null ? null : "seed " + seed + ": " + wrong + "\n" + String.join("\n", simulation.schedule());
    }
}
