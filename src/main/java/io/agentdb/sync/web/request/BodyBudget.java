package io.agentdb.sync.web.request;

import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.web.problem.Refusal;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.http.HttpStatus;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * How much of bodies is in memory at once, over all requests; the memory of each is many times its size. Thread-safe.
 * What a request has taken it gives back when it ends.
 */
public final class BodyBudget {

    private static final int UNIT = 1 << 10;
    private static final int PART_OF_HEAP = 32;
    private static final long PATIENCE_SECONDS = 5;

    private final Semaphore units;
    private final AtomicLong taken = new AtomicLong();

    /** @param heap of this process; the largest body passes however small it is */
    public BodyBudget(long heap) {
        this.units = new Semaphore((int) Math.min(Integer.MAX_VALUE,
                Math.max(JsonText.MAX_BYTES, heap / PART_OF_HEAP) / UNIT), true);
    }

    /**
     * For a body of known length: waits a little for others to end.
     *
     * @throws Refusal 503 if they do not
     */
    public void take(long bytes) {
        try {
            taken(bytes, units.tryAcquire(units(bytes), PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    /**
     * For some more of a body of unknown length: never waits, since two that wait for each other's would wait in vain.
     */
    public void takeMore(long bytes) {
        taken(bytes, units.tryAcquire(units(bytes)));
    }

    private void taken(long bytes, boolean there) {
        if (!there) {
            throw busy();
        }
        RequestAttributes request = RequestContextHolder.currentRequestAttributes();
        Semaphore from = units;
        request.registerDestructionCallback(BodyBudget.class.getName() + taken.incrementAndGet(),
                () -> from.release(units(bytes)), RequestAttributes.SCOPE_REQUEST);
    }

    private static int units(long bytes) {
        return (int) ((bytes + UNIT - 1) / UNIT);
    }

    private static Refusal busy() {
        return Refusal.later(HttpStatus.SERVICE_UNAVAILABLE, "busy",
                "Other requests' bodies take all the memory that this node has for them: try again in a moment.", 1);
    }
}
