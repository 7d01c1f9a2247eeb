package io.agentdb.sync.quic.stream;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What the peer has not taken yet of an exchange that nobody is at. While it takes something there is time; of one that
 * takes nothing, what waits would be held for ever. Thread-safe.
 */
final class Untaken {

    private final EventExecutor eventLoop;
    private final Outbox outbox;
    private final Duration patience;
    private final Runnable gone;
    private final Runnable stuck;
    private volatile boolean awaited;
    /** Of the event loop alone. */
    private boolean watched;

    /**
     * @param gone called once there is little left, if somebody has asked
     * @param stuck called once nothing has been taken for as long as the patience lasts
     */
    Untaken(EventExecutor eventLoop, Outbox outbox, Duration patience, Runnable gone, Runnable stuck) {
        this.eventLoop = eventLoop;
        this.outbox = outbox;
        this.patience = patience;
        this.gone = gone;
        this.stuck = stuck;
    }

    /** Whether a sender might have to wait; if so, it is told when it would not. */
    boolean much() {
        awaited = true;
        awaited = !outbox.hasRoom();
        return awaited;
    }

    /** Something has been taken. */
    void moved() {
        if (awaited && outbox.hasRoom()) {
            awaited = false;
            gone.run();
        }
    }

    /** Nobody sends from now on. */
    void rest() {
        if (outbox.waiting() > 0) {
            eventLoop.execute(() -> {
                if (!watched) {
                    watched = true;
                    watch(outbox.takenSoFar());
                }
            });
        }
        moved();
    }

    private void watch(long before) {
        eventLoop.schedule(() -> {
            if (outbox.waiting() == 0) {
                watched = false;
            } else if (outbox.takenSoFar() == before) {
                stuck.run();
            } else {
                watch(outbox.takenSoFar());
            }
        }, patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
