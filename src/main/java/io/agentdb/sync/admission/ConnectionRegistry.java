package io.agentdb.sync.admission;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Every open connection, in both directions, with its counters. Thread-safe. */
public final class ConnectionRegistry {

    public enum Direction { IN, OUT }

    /** A connection as others may see it. */
    public record View(String id, Direction direction, String address, String nodeId, String actor, Instant since, Instant lastActivity,
            int openStreams, long requests, long bytesIn, long bytesOut) { }

    /** One connection's counters, updated by its streams. */
    public static final class Entry {
        private final String id;
        private final Direction direction;
        private final String address;
        private final Instant since = Instant.now();
        private final Consumer<String> closer;
        private final AtomicInteger streams = new AtomicInteger();
        private final AtomicLong requests = new AtomicLong();
        private final AtomicLong in = new AtomicLong();
        private final AtomicLong out = new AtomicLong();
        private volatile Instant lastActivity = since;
        private volatile String nodeId;
        private volatile String actor;

        private Entry(String id, Direction direction, String address, Consumer<String> closer) {
            this.id = id;
            this.direction = direction;
            this.address = address;
            this.closer = closer;
        }

        public void introduced(String node, String incarnation) {
            nodeId = node;
            actor = incarnation;
        }

        public void streamOpened() {
            streams.incrementAndGet();
            requests.incrementAndGet();
            lastActivity = Instant.now();
        }

        public void streamClosed() {
            streams.decrementAndGet();
        }

        public void received(long bytes) {
            in.addAndGet(bytes);
            lastActivity = Instant.now();
        }

        public void sent(long bytes) {
            out.addAndGet(bytes);
            lastActivity = Instant.now();
        }

        public int openStreams() {
            return streams.get();
        }

        private View view() {
            return new View(id, direction, address, nodeId, actor, since, lastActivity, streams.get(), requests.get(), in.get(),
                    out.get());
        }
    }

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** @param closer closes the connection, with a reason for the other side */
    public Entry add(String id, Direction direction, String address, Consumer<String> closer) {
        Entry entry = new Entry(id, direction, address, closer);
        entries.put(id, entry);
        return entry;
    }

    /** Adds an incoming connection, unless there are {@code most} of them already. */
    public synchronized Optional<Entry> admit(String id, String address, int most, Consumer<String> closer) {
        return count(Direction.IN) >= most ? Optional.empty() : Optional.of(add(id, Direction.IN, address, closer));
    }

    public void remove(String id) {
        entries.remove(id);
    }

    public int count(Direction direction) {
        return (int) entries.values().stream().filter(entry -> entry.direction == direction).count();
    }

    public List<View> views() {
        return entries.values().stream().map(Entry::view).sorted(Comparator.comparing(View::since)).toList();
    }

    /** Closes what has done nothing since then and has no request under way. */
    public void closeStale(Instant before) {
        entries.values().stream().filter(entry -> entry.streams.get() == 0 && entry.lastActivity.isBefore(before))
                .forEach(entry -> entry.closer.accept("no activity since " + entry.lastActivity));
    }
}
