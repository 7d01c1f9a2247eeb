package io.agentdb.sync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The simulator's schedules with somebody among the nodes who lies, under a token that does not let it write.
 *
 * <p>{@code -Dsimulation.schedules=N -Dsimulation.seed=FIRST} runs others; a failure names its seed and prints its schedule.
 */
class LiarsTest {

    @Test
    void whateverSomebodySaysWhoMayNotWrite_honestNodesEndEqual_andLoseNothing() {
        long first = Long.getLong("simulation.seed", 1);
        long schedules = Long.getLong("simulation.schedules", 1_000);
        String failure = LongStream.range(first, first + schedules).parallel().mapToObj(LiarsTest::attempt).filter(Objects::nonNull)
                .findFirst().orElse(null);
        assertThat(failure).isNull();
    }

    private static String attempt(long seed) {
        Simulation simulation = new Simulation(seed, EnumSet.allOf(Rule.class));
        simulation.liar = new Liar(simulation.mesh, seed);
        String wrong;
        try {
            wrong = simulation.run();
        } catch (RuntimeException e) {
            wrong = e + " at " + e.getStackTrace()[0];
        }
        return wrong == null ? null : "seed " + seed + ": " + wrong + "\n" + String.join("\n", simulation.schedule());
    }
}
