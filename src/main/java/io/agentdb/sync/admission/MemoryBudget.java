package io.agentdb.sync.admission;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How much memory something, such as decoded records, may take at once: in all, and of one client half of that. Whoever
 * wants more waits until others have given back, or is refused. Thread-safe.
 */
public final class MemoryBudget {

    private final long most;
    private final Map<String, Long> taken = new HashMap<>();
    private long all;

    /** @param most bytes */
    public MemoryBudget(long most) {
        this.most = most;
    }

    /** A quarter of the heap: what is decoded is held in other forms beside, until it is stored. */
    public static MemoryBudget ofThisProcess() {
        return new MemoryBudget(Runtime.getRuntime().maxMemory() / 4);
    }

    /** A sixteenth of the heap: of ordinary requests, a few kilobytes each, these are thousands. */
    public static MemoryBudget ofWaitingRequests() {
        return new MemoryBudget(Runtime.getRuntime().maxMemory() / 16);
    }

    /** What of that counts: more than there is for a client takes all of it, so that it passes by itself. */
    public long share(long bytes) {
        return Math.min(bytes, most / 2);
    }

    /**
     * @param bytes at most the {@link #share}
     * @return whether they were there
     */
    public synchronized boolean takeNow(String client, long bytes) {
        if (bytes > most - all || bytes > most / 2 - taken.getOrDefault(client, 0L)) {
            return false;
        }
        taken.merge(client, bytes, Long::sum);
        all += bytes;
        return true;
    }

    /**
     * Waits for them.
     *
     * @return false if they are not there in time
     */
    public synchronized boolean take(String client, long bytes, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!takeNow(client, bytes)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    public synchronized void give(String client, long bytes) {
        taken.computeIfPresent(client, (name, had) -> had <= bytes ? null : had - bytes);
        all -= bytes;
        notifyAll();
    }

    /** What is taken now. */
    public synchronized long taken() {
        return all;
    }
}
