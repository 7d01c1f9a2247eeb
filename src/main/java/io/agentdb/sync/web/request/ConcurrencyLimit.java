package io.agentdb.sync.web.request;

import io.agentdb.sync.web.problem.Refusal;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.http.HttpStatus;

/** So many at once in this process, and the next is sent away until one has ended. Thread-safe. */
public final class ConcurrencyLimit {

    /** One of them; closing it makes room for another, closing it again does nothing. */
    public interface Taken extends AutoCloseable {
        @Override
        void close();
    }

    private static final int RETRY_SECONDS = 10;

    private final Semaphore free;
    private final String refusal;

    public ConcurrencyLimit(int most, String what) {
        this.free = new Semaphore(most);
        this.refusal = "This process serves " + most + " " + what
                + " at once, and as many are under way: try again when one has ended.";
    }

    /** @throws Refusal 429 if there are as many already */
    public Taken take() {
        if (!free.tryAcquire()) {
            throw Refusal.later(HttpStatus.TOO_MANY_REQUESTS, "too-many-at-once", refusal, RETRY_SECONDS);
        }
        AtomicBoolean taken = new AtomicBoolean(true);
        return () -> {
            if (taken.getAndSet(false)) {
                free.release();
            }
        };
    }
}
