package io.agentdb.sync.quic.stream;

import java.time.Duration;

/**
 * How many bytes of a stream are handed over to the event loop and not yet taken by QUIC. A sender that is ahead waits
 * here, so that it stops reading its database. Thread-safe.
 */
final class Outbox {

    private final long limit;
    private long bytes;
    private long taken;
    private boolean closed;

    Outbox(long limit) {
        this.limit = limit;
    }

    /**
     * Waits until less than the limit is under way, then adds to it.
     *
     * @return false if the stream is closed, or nothing at all moved within the time
     */
    synchronized boolean reserve(int more, Duration patience) throws InterruptedException {
        long seen = bytes;
        long deadline = System.nanoTime() + patience.toNanos();
        while (bytes >= limit && !closed) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return false;
            }
            wait(millis);
            if (bytes != seen) {
                // A slow line is not a dead one.
                seen = bytes;
                deadline = System.nanoTime() + patience.toNanos();
            }
        }
        bytes += closed ? 0 : more;
        return !closed;
    }

    synchronized void taken(int less) {
        bytes -= less;
        taken += less;
        notifyAll();
    }

    /** Whether an ordinary frame would not have to wait. */
    synchronized boolean hasRoom() {
        return bytes < limit / 2;
    }

    /** How many bytes are under way. */
    synchronized long waiting() {
        return bytes;
    }

    /** How many bytes have been under way and are not any more. */
    synchronized long takenSoFar() {
        return taken;
    }

    /** Nothing can be sent any more: whoever waits goes on. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
