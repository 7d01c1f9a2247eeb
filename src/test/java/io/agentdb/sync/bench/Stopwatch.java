package io.agentdb.sync.bench;

/** Time as the benchmark reads it: from a clock that nobody sets. */
public final class Stopwatch {

    private Stopwatch() {
    }

    public static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
