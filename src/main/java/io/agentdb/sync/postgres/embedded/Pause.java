package io.agentdb.sync.postgres.embedded;

/** A short wait for another process, which can wake nobody here. Thread-safe. */
final class Pause {

    private Pause() {
    }

    /** Blocks; an interrupt ends the wait and the start or stop around it, with the thread's flag set. */
    static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerFailure("Interrupted while waiting for PostgreSQL", e);
        }
    }
}
