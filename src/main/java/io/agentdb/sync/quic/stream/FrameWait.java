package io.agentdb.sync.quic.stream;

import io.agentdb.sync.protocol.OutcomeUnknown;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a worker waits for one frame: while bytes of it arrive, but neither in silence for a whole timeout, nor for
 * a peer that keeps the worker with a byte now and then.
 */
final class FrameWait {

    private final Duration timeout;
    private final LongSupplier lastRead;
    private final LongSupplier bytesRead;
    private final Runnable silent;
    private final long start = System.nanoTime();
    private long window = start;
    private long before;

    /**
     * Begins to wait.
     *
     * @param lastRead when bytes last arrived, in {@link System#nanoTime}
     * @param bytesRead how many have arrived on the stream
     * @param silent told of a whole timeout of silence
     */
    FrameWait(Duration timeout, LongSupplier lastRead, LongSupplier bytesRead, Runnable silent) {
        this.timeout = timeout;
        this.lastRead = lastRead;
        this.bytesRead = bytesRead;
        this.silent = silent;
        this.before = bytesRead.getAsLong();
    }

    /**
     * How many nanoseconds to wait before asking again.
     *
     * @throws OutcomeUnknown if the peer has had its time
     */
    long nanos() {
        long now = System.nanoTime();
        long silence = now - Math.max(start, lastRead.getAsLong());
        if (silence >= timeout.toNanos()) {
            silent.run();
            throw OutcomeUnknown.timedOut("the peer has said nothing for " + timeout.toSeconds() + " s", null);
        }
        if (now - window >= timeout.toNanos()) {
            if (bytesRead.getAsLong() - before < StreamObserver.LEAST_BYTES) {
                throw OutcomeUnknown.timedOut("the peer has sent less than " + StreamObserver.LEAST_BYTES
                        + " bytes in " + timeout.toSeconds() + " s", null);
            }
            window = now;
            before = bytesRead.getAsLong();
        }
        return Math.min(timeout.toNanos() - silence, window + timeout.toNanos() - now);
    }
}
