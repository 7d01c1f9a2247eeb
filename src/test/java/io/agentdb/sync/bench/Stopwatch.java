package io.agentdb.sync.bench;

/** Time as the benchmark reads it: from a clock that nobody sets. */
final class Stopwatch {

    private Stopwatch() {
    }

    static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
