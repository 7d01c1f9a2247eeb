package io.agentdb.sync.protocol.codec;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * How many cases a fuzz suite tries, and how one of them is tried again:
 * {@code -Dfuzz.cases=N -Dfuzz.seed=S -Dfuzz.first=CASE}. Each case has a generator of its own, so that it does not
 * depend on those before it.
 */
public final class FuzzCases {

    public static final long SEED = Long.getLong("fuzz.seed", 1);
    public static final int FIRST = Integer.getInteger("fuzz.first", 0);
    public static final int COUNT = Integer.getInteger("fuzz.cases", 2_000);
    /** Of a long suite; see {@code -Plong}. */
    public static final int MANY = 10_000;

    private FuzzCases() {
    }

    public static RandomGenerator random(long number) {
        return new SplittableRandom(SEED * 0x9e3779b97f4a7c15L + number).split();
    }

    /** How to try cases again. */
    public static String replay(Class<?> test, int first, int count) {
        return "replay: ./mvnw test -Dtest=" + test.getSimpleName() + " -Dfuzz.seed=" + SEED + " -Dfuzz.first=" + first
                + " -Dfuzz.cases=" + count;
    }
}
