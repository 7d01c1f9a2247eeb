package io.agentdb.sync.quic.stream;

import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.OutcomeUnknown;
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
import org.jspecify.annotations.Nullable;

/**
 * Frames that have come and were not taken yet, in order, and the end of the stream behind them. Filled by the event
 * loop, emptied by one worker.
 */
final class Inbox {

    /** What has come. */
    sealed interface Arrival {

        /**
         * A frame's body.
         *
         * @throws SyncException saying why there is none, if the stream has ended
         */
        byte[] body();
    }

    private record WholeFrame(byte[] body) implements Arrival { }

    /** @param failure null for a proper end */
    private record EndOfStream(@Nullable SyncException failure) implements Arrival {
        @Override
        public byte[] body() {
            throw failure != null ? failure : new OutcomeUnknown(
                    "the peer ended the stream before the conversation was over", null);
        }
    }

    /** WholeFrame bytes that wait here unread before the stream is stopped. */
    static final long LIMIT = 4 << 20;
    /** What an arrival takes beside its bytes: even empty frames fill the inbox. */
    private static final int OVERHEAD = 64;

    private final BlockingDeque<Arrival> arrivals = new LinkedBlockingDeque<>();
    private final AtomicLong bytes = new AtomicLong();
    private @Nullable EndOfStream last;

    void add(byte[] body) {
        bytes.addAndGet(body.length + OVERHEAD);
        arrivals.add(new WholeFrame(body));
    }

    /** @param failure null for a proper end */
    void end(@Nullable SyncException failure) {
        arrivals.add(new EndOfStream(failure));
    }

    boolean isEmpty() {
        return arrivals.isEmpty();
    }

    boolean hasRoom() {
        return bytes.get() < LIMIT;
    }

    /** Whether {@link #take} would not have to wait. */
    boolean ready() {
        return last != null || !arrivals.isEmpty();
    }

    /** The next arrival; null if none comes in time. The end comes again and again. */
    @Nullable Arrival take(long nanos) throws InterruptedException {
        if (last != null) {
            return last;
        }
        Arrival arrival = arrivals.poll(nanos, TimeUnit.NANOSECONDS);
        return arrival == null ? null : taken(arrival);
    }

    /** The body of the next frame, if it is here, and admitted. */
    Optional<byte[]> ready(Predicate<byte[]> admitted) {
        return last == null && arrivals.peek() instanceof WholeFrame next && admitted.test(next.body())
                ? Optional.of(taken(arrivals.remove()).body()) : Optional.empty();
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
    @Nullable Failure lastWords(long nanos) throws InterruptedException {
        Deque<Arrival> passed = new ArrayDeque<>();
        try {
            long deadline = System.nanoTime() + nanos;
            while (last == null) {
                Arrival arrival = arrivals.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (arrival == null || !passed.offerFirst(arrival) || !(arrival instanceof WholeFrame frame)) {
                    break;
                }
                if (MessageCodec.isFailure(frame.body()) && MessageCodec.decode(frame.body()) instanceof Failure said) {
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
        if (arrival instanceof EndOfStream end) {
            last = end;
        } else {
            bytes.addAndGet(-arrival.body().length - OVERHEAD);
        }
        return arrival;
    }
}
