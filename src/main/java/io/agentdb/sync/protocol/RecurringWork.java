package io.agentdb.sync.protocol;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Work that anybody may call for, and that one thread at a time does: however often it is called for while it is under
 * way, it is done once more behind it. Thread-safe.
 */
public final class RecurringWork {

    private static final int IDLE = 0;
    private static final int CALLED = 1;
    private static final int CALLED_AGAIN = 2;

    private final Consumer<Runnable> doer;
    private final Runnable work;
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private volatile boolean ended;

    /**
     * @param doer has it done by some thread, later; does not block
     * @param work throws nothing
     */
    public RecurringWork(Consumer<Runnable> doer, Runnable work) {
        this.doer = doer;
        this.work = work;
    }

    /** Does not block. */
    public void call() {
        if (!ended && state.getAndUpdate(called -> Math.min(called + 1, CALLED_AGAIN)) == IDLE) {
            doer.accept(this::turn);
        }
    }

    /** It is not done again, whoever calls. One that is under way goes on. */
    public void end() {
        ended = true;
    }

    public boolean ended() {
        return ended;
    }

    private void turn() {
        // Whoever has called so far is served by this turn.
        state.set(CALLED);
        if (!ended) {
            work.run();
        }
        if (!ended && !state.compareAndSet(CALLED, IDLE)) {
            doer.accept(this::turn);
        }
    }
}
