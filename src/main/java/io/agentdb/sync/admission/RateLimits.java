package io.agentdb.sync.admission;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much each client may ask per minute: requests, and bytes in both directions. Thread-safe.
 *
 * <p>Bytes are charged after the fact and may put a client into debt; it is then told how long to wait. Nobody is cut off in the
 * middle of a frame.
 */
public final class RateLimits {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    /** Clients that are remembered; the idle ones go first, their buckets being full again. */
    private static final int REMEMBERED = 10_000;

    /** @param paced how often the client was told to wait */
    public record Usage(String client, long requestsLeft, long requestsPerMinute, long bytesLeft, long bytesPerMinute,
            long totalRequests, long totalBytes, long paced) { }

    private final long requestsPerMinute;
    private final long bytesPerMinute;
    private final Map<String, Client> clients = new ConcurrentHashMap<>();

    public RateLimits(long requestsPerMinute, long bytesPerMinute) {
        this.requestsPerMinute = requestsPerMinute;
        this.bytesPerMinute = bytesPerMinute;
    }

    /** Counts a request. @return zero if it may go on, else how long to wait before the next try */
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

    /** Charges bytes, whatever is left. */
    public void charge(String name, long bytes) {
        Client client = client(name);
        client.totalBytes.addAndGet(bytes);
        client.bytes.consumeIgnoringRateLimits(bytes);
    }

    /** How long until the client's bytes are paid; zero if they are. */
    public Duration debt(String name) {
        Client client = client(name);
        Duration debt = client.debt();
        return debt.isZero() ? debt : client.paced(debt);
    }

    public List<Usage> usage() {
        return clients.entrySet().stream().map(entry -> entry.getValue().usage(entry.getKey()))
                .sorted(Comparator.comparing(Usage::client)).toList();
    }

    private Client client(String name) {
        if (clients.size() > REMEMBERED) {
            clients.values().removeIf(client -> client.requests.getAvailableTokens() >= requestsPerMinute
                    && client.bytes.getAvailableTokens() >= bytesPerMinute);
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
            var probe = bytes.estimateAbilityToConsume(1);
            return probe.canBeConsumed() ? Duration.ZERO : Duration.ofNanos(probe.getNanosToWaitForRefill());
        }

        private Duration paced(Duration wait) {
            paced.incrementAndGet();
            return wait;
        }

        private Usage usage(String name) {
            return new Usage(name, requests.getAvailableTokens(), requestsPerMinute, bytes.getAvailableTokens(), bytesPerMinute,
                    totalRequests.get(), totalBytes.get(), paced.get());
        }

        private static Bucket bucket(long perMinute) {
            return Bucket.builder().addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, WINDOW)).build();
        }
    }
}
