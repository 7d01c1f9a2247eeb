package io.agentdb.sync.admission;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How much each client may ask per minute: requests, and bytes in both directions. Thread-safe; nothing here blocks.
 *
 * <p>Bytes are charged after the fact and may put a client into debt; it is then told how long to wait. Nobody is cut
 * off in the middle of a frame.
 */
public final class RateLimits {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    /** Buckets fill by one a nanosecond at most; who configures more means "no limit", not "refuse everything". */
    private static final long MOST = WINDOW.toNanos();
    /** Clients that are remembered; the idle ones go first, their buckets being full again. */
    private static final int REMEMBERED = 10_000;
    /**
     * Who is in debt waits until this part of a minute's bytes is there again. With a byte only, each further request
     * would bring one batch, and the limit on requests would be reached long before the one on bytes.
     */
    private static final int SHARE = 10;

    /**
     * A client's account.
     *
     * @param bytesLeft negative: its debt
     * @param totalRequests since it was first seen, as are the other totals
     * @param paced how often it was told to wait
     */
    public record Usage(String client, long requestsLeft, long requestsPerMinute, long bytesLeft, long bytesPerMinute,
            long totalRequests, long totalBytes, long paced) { }

    private final long requestsPerMinute;
    private final long bytesPerMinute;
    private final TimeMeter clock;
    private final Map<String, Client> clients = new ConcurrentHashMap<>();

    public RateLimits(long requestsPerMinute, long bytesPerMinute) {
        this(requestsPerMinute, bytesPerMinute, System::nanoTime);
    }

    /** @param nanos the time, as of {@link System#nanoTime} */
    public RateLimits(long requestsPerMinute, long bytesPerMinute, LongSupplier nanos) {
        this.requestsPerMinute = Math.min(requestsPerMinute, MOST);
        this.bytesPerMinute = Math.min(bytesPerMinute, MOST);
        this.clock = new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return nanos.getAsLong();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }

    /**
     * Counts a request.
     *
     * @return zero if it may go on, else how long to wait before the next try
     */
    public Duration request(String name) {
        Client client = client(name);
        Duration debt = client.debt();
        if (!debt.isZero()) {
            return client.paced(debt);
        }
        var probe = client.requests.tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            return client.paced(Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
        client.totalRequests.incrementAndGet();
        return Duration.ZERO;
    }

    /** Lets the client make one more request, up to what it has in a minute. */
    public void giveBack(String name) {
        client(name).requests.addTokens(1);
    }

    /** Charges bytes, whatever is left. */
    public void charge(String name, long bytes) {
        Client client = client(name);
        client.totalBytes.addAndGet(bytes);
        client.bytes.consumeIgnoringRateLimits(bytes);
    }

    /** Zero while the client's bytes are paid; else how long to wait until it has some again. */
    public Duration debt(String name) {
        Client client = client(name);
        Duration debt = client.debt();
        return debt.isZero() ? debt : client.paced(debt);
    }

    /** Whether the client has to wait; asking does not count as telling it. */
    public boolean indebted(String name) {
        return !client(name).debt().isZero();
    }

    /** Whether no request is left to the client; asking does not count as one. */
    public boolean exhausted(String name) {
        return client(name).requests.getAvailableTokens() == 0;
    }

    public List<Usage> usage() {
        return clients.entrySet().stream().map(entry -> entry.getValue().usage(entry.getKey()))
                .sorted(Comparator.comparing(Usage::client)).toList();
    }

    private Client client(String name) {
        if (clients.size() >= REMEMBERED && !clients.containsKey(name)) {
            clients.values().removeIf(Client::idle);
        }
        return clients.computeIfAbsent(name, key -> new Client());
    }

    private final class Client {
        private final Bucket requests = bucket(requestsPerMinute);
        private final Bucket bytes = bucket(bytesPerMinute);
        private final AtomicLong totalRequests = new AtomicLong();
        private final AtomicLong totalBytes = new AtomicLong();
        private final AtomicLong paced = new AtomicLong();

        private Duration debt() {
            if (bytes.getAvailableTokens() > 0) {
                return Duration.ZERO;
            }
            return Duration.ofNanos(bytes.estimateAbilityToConsume(Math.max(1, bytesPerMinute / SHARE))
                    .getNanosToWaitForRefill());
        }

        private Duration paced(Duration wait) {
            paced.incrementAndGet();
            return wait;
        }

        private boolean idle() {
            return requests.getAvailableTokens() >= requestsPerMinute && bytes.getAvailableTokens() >= bytesPerMinute;
        }

        private Usage usage(String name) {
            return new Usage(name, requests.getAvailableTokens(), requestsPerMinute, bytes.getAvailableTokens(),
                    bytesPerMinute, totalRequests.get(), totalBytes.get(), paced.get());
        }

        private Bucket bucket(long perMinute) {
            return Bucket.builder().addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, WINDOW))
                    .withCustomTimePrecision(clock).build();
        }
    }
}
