package io.agentdb.sync.attach;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** What an attachment's thread waits for: news in the feed, a person's word, or its end. Thread-safe. */
final class WakeUp {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition called = lock.newCondition();
    private volatile boolean closed;
    private boolean resumed;
    private boolean news;

    /** Does not block. */
    void news() {
        lock.lock();
        try {
            news = true;
            called.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A person's word, if it is one of any use.
     *
     * @return whether it is
     */
    boolean resume(BooleanSupplier useful) {
        lock.lock();
        try {
            if (!useful.getAsBoolean()) {
                return false;
            }
            resumed = true;
            called.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        closed = true;
        news();
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether a person has said so since this was last asked. */
    boolean isResumed() {
        lock.lock();
        try {
            boolean was = resumed;
            resumed = false;
            return was;
        } finally {
            lock.unlock();
        }
    }

    /** Until a person says so; false if it ends. */
    boolean awaitResume() {
        lock.lock();
        try {
            while (!resumed && !closed) {
                called.await();
            }
            resumed = false;
            return !closed;
        } catch (InterruptedException e) {
            closed = true;
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Until the time has passed, or there is something to do; a person's word that came before shortens nothing. */
    void await(long nanos) {
        lock.lock();
        try {
            if (!news && !closed && nanos > 0) {
                called.awaitNanos(nanos);
            }
            news = false;
        } catch (InterruptedException e) {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
