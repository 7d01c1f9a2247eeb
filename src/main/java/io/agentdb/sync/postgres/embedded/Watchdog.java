package io.agentdb.sync.postgres.embedded;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one check every second on a daemon thread of its own, whatever the last one threw. Thread-safe. */
final class Watchdog {

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    private final Runnable check;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "embedded-postgres-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    Watchdog(Runnable check) {
        this.check = check;
    }

    void begin() {
        executor.scheduleWithFixedDelay(this::checkSafely, 1, 1, TimeUnit.SECONDS);
    }

    /** No further check begins; one under way goes on. */
    void end() {
        executor.shutdown();
    }

    private void checkSafely() {
        try {
            check.run();
        } catch (RuntimeException e) {
            // A periodic task that throws is never run again, and the node would stay without its database.
            if (!executor.isShutdown()) {
                log.error("The embedded PostgreSQL could not be started; trying again", e);
            }
        }
    }
}
