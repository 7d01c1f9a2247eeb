package io.agentdb.sync.postgres;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * A health check that blocks on the database, answered in time. Whoever probes a node gives up long before a pool gives
 * up waiting for a connection, and would take a node that says what is wrong for one that hangs. While a check takes
 * longer than that, the answer is another one, at once, and no second check begins. Thread-safe.
 */
public final class PromptHealth implements HealthIndicator {

    private record UnderWay(CompletableFuture<Health> answer, long deadline) { }

    private final HealthIndicator check;
    private final Duration patience;
    private final Health late;
    private UnderWay last = new UnderWay(CompletableFuture.completedFuture(null), 0);

    /** @param late what is answered for a check that takes longer than {@code patience} */
    public PromptHealth(HealthIndicator check, Duration patience, Health late) {
        this.check = check;
        this.patience = patience;
        this.late = late;
    }

    @Override
    public Health health() {
        UnderWay now = underWay();
        try {
            return now.answer().get(Math.max(0, now.deadline() - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return late;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return late;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private synchronized UnderWay underWay() {
        if (last.answer().isDone()) {
            last = new UnderWay(CompletableFuture.supplyAsync(check::health, PromptHealth::start),
                    System.nanoTime() + patience.toNanos());
        }
        return last;
    }

    private static void start(Runnable check) {
        Thread thread = new Thread(check, "health-check");
        thread.setDaemon(true);
        thread.start();
    }
}
