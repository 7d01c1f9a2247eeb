package io.agentdb.sync.quic.stream;

import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.protocol.codec.MessageCodec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Frames that have come and were not taken yet, in order, and the end of the stream behind them. Filled by the event loop, emptied by one worker. */
final class Inbox {

    /** A frame's body, or the end of the stream. */
    record Arrival(byte[] body, SyncException failure) {
        boolean end() {
            return body == null;
        }
    }

    /** Frame bytes that wait here unread before the stream is stopped. */
    static final long LIMIT = 4 << 20;
    /** What an arrival takes beside its bytes: even empty frames fill the inbox. */
    private static final int OVERHEAD = 64;

    private final BlockingDeque<Arrival> arrivals = new LinkedBlockingDeque<>();
    private final AtomicLong bytes = new AtomicLong();
    private Arrival last;

    void add(byte[] body) {
        bytes.addAndGet(body.length + OVERHEAD);
        arrivals.add(new Arrival(body, null));
    }

    /** @param failure null for a proper end */
    void end(SyncException failure) {
        arrivals.add(new Arrival(null, failure));
    }

    boolean isEmpty() {
        return arrivals.isEmpty();
    }

    boolean hasRoom() {
        return bytes.get() < LIMIT;
    }

    /** The next arrival; null if none comes in time. The end comes again and again. */
    Arrival take(long nanos) throws InterruptedException {
        if (last != null) {
            return last;
        }
        Arrival arrival = arrivals.poll(nanos, TimeUnit.NANOSECONDS);
        return arrival == null ? null : taken(arrival);
    }

    /** The next frame, if it is here, and admitted. */
    Optional<Arrival> ready(Predicate<byte[]> admitted) {
        Arrival next = arrivals.peek();
        return last != null || next == null || next.end() || !admitted.test(next.body()) ? Optional.empty()
                : Optional.of(taken(arrivals.remove()));
    }

    /** Nothing that comes is kept any more. */
    void discard() {
        bytes.set(0);
    }

    /**
     * Looks for a failure among what comes within the time, and takes that alone out.
     *
     * @return null if there is none
     */
    Failure lastWords(long nanos) throws InterruptedException {
        Deque<Arrival> passed = new ArrayDeque<>();
        try {
            long deadline = System.nanoTime() + nanos;
            while (last == null) {
                Arrival arrival = arrivals.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (arrival == null || !passed.offerFirst(arrival) || arrival.end()) {
                    break;
                }
                if (MessageCodec.isFailure(arrival.body()) && MessageCodec.decode(arrival.body()) instanceof Failure said) {
                    passed.pop();
                    return said;
                }
            }
            return null;
        } finally {
            passed.forEach(arrivals::addFirst);
        }
    }

    private Arrival taken(Arrival arrival) {
        if (arrival.end()) {
            last = arrival;
        } else {
            bytes.addAndGet(-arrival.body().length - OVERHEAD);
        }
        return arrival;
    }
}
