package io.agentdb.sync.bench.warm;

import io.agentdb.sync.bench.Output;

/**
 * How long something took, and what all that took part in it have worked for it.
 *
 * @param cpuSeconds PostgreSQL's included
 */
public record Cost(double seconds, double cpuSeconds, double postgresSeconds) {

    static final Cost NOTHING = new Cost(0, 0, 0);

    Cost and(Cost other) {
        return new Cost(seconds + other.seconds, cpuSeconds + other.cpuSeconds,
                postgresSeconds + other.postgresSeconds);
    }

    Cost over(int times) {
        return new Cost(seconds / times, cpuSeconds / times, postgresSeconds / times);
    }

    /** Processor time hardly depends on what else the machine does; seconds do. */
    void print(String name, Cost floor) {
        Output.print(name + "_seconds", seconds, "s");
        Output.print(name + "_over_floor", seconds / floor.seconds, "ratio");
        Output.print(name + "_cpu_seconds", cpuSeconds, "s");
        Output.print(name + "_postgres_cpu_seconds", postgresSeconds, "s");
        Output.print(name + "_cpu_over_floor", cpuSeconds / floor.cpuSeconds, "ratio");
    }
}
