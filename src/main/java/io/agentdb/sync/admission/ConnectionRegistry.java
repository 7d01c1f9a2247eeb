package io.agentdb.sync.admission;

import io.agentdb.sync.version.Actor;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every open connection, in both directions, with its counters. Thread-safe; nothing here blocks. An entry is its
 * connection's, which removes it when it closes.
 */
public final class ConnectionRegistry {

    public enum Direction { IN, OUT }

    /** What part of the places is for those that have not said who they are. */
    private static final int STRANGERS = 4;
    /** And how many may be in any case. */
    private static final int FEW = 4;
    /** How long nobody is sent away who has not said so yet. */
    private static final Duration HELLO = Duration.ofSeconds(1);

    /**
     * A connection as others may see it.
     *
     * @param address host:port at the other end
     * @param nodeId null, like the actor and the client, until the hello is accepted
     * @param client by the name of its token or certificate; null of a connection that was dialled
     * @param lastActivity when it last carried anything but keepalive
     * @param openStreams requests under way
     * @param bytesIn frame bytes, lengths included
     */
    public record View(String id, Direction direction, String address, @Nullable String nodeId, @Nullable String actor,
            @Nullable String client, Instant since, Instant lastActivity, int openStreams, long requests, long bytesIn,
                    long bytesOut) { }

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
        /** A clock that is set back would keep what is idle open for as long as it had been ahead. */
        private volatile long activeAt = System.nanoTime();
        private volatile @Nullable String localAddress;
        private volatile @Nullable Actor actor;
        private volatile @Nullable String client;

        private Entry(String id, Direction direction, String address, Consumer<String> closer) {
            this.id = id;
            this.direction = direction;
            this.address = address;
            this.closer = closer;
        }

        /** @param local host:port at this end, of a connection that was dialled */
        public void dialledFrom(String local) {
            localAddress = local;
        }

        /** @param name of a client's token or certificate; null of a connection that was dialled */
        public void introduced(Actor who, @Nullable String name) {
            actor = who;
            client = name;
        }

        public void streamOpened() {
            streams.incrementAndGet();
            requests.incrementAndGet();
            active();
        }

        public void streamClosed() {
            active();
            streams.decrementAndGet();
        }

        public void received(long bytes) {
            in.addAndGet(bytes);
            active();
        }

        public void sent(long bytes) {
            out.addAndGet(bytes);
            active();
        }

        /** Counts bytes that are no activity: a connection that only pings is stale all the same. */
        public void carried(long bytesIn, long bytesOut) {
            in.addAndGet(bytesIn);
            out.addAndGet(bytesOut);
        }

        private void active() {
            lastActivity = Instant.now();
            activeAt = System.nanoTime();
        }

        public int openStreams() {
            return streams.get();
        }

        private String host() {
            return address.replaceFirst(":\\d+$", "");
        }

        private View view() {
            Actor who = actor;
            return new View(id, direction, address, who == null ? null : who.nodeId().name(),
                    who == null ? null : who.name(), client, since, lastActivity, streams.get(), requests.get(),
                    in.get(), out.get());
        }
    }

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** @param closer closes the connection, with a reason for the other side */
    public Entry add(String id, Direction direction, String address, Consumer<String> closer) {
        Entry entry = new Entry(id, direction, address, closer);
        entries.put(id, entry);
        return entry;
    }

    /**
     * Adds an incoming connection, unless there are {@code most} of them already. Those that have not said who they are
     * take a quarter of the places at most, and make room for who comes, the oldest of the most frequent host first:
     * whoever means to be let in says so at once.
     */
    public synchronized Optional<Entry> admit(String id, String address, int most, Consumer<String> closer) {
        List<Entry> strangers = entries.values().stream()
                .filter(entry -> entry.direction == Direction.IN && entry.client == null).toList();
        if (count(Direction.IN) >= most || strangers.size() >= Math.max(FEW, most / STRANGERS)) {
            Map<String, Long> crowds = strangers.stream().collect(
                    Collectors.groupingBy(Entry::host, Collectors.counting()));
            Optional<Entry> oldest = strangers.stream().filter(
                    entry -> entry.since.isBefore(Instant.now().minus(HELLO)))
                    .max(Comparator.<Entry>comparingLong(entry -> crowds.get(entry.host()))
                            .thenComparing(entry -> entry.since, Comparator.reverseOrder()));
            if (oldest.isEmpty()) {
                return Optional.empty();
            }
            remove(oldest.get().id);
            oldest.get().closer.accept("others wait for this place, and you have not said who you are");
        }
        return Optional.of(add(id, Direction.IN, address, closer));
    }

    /** How many connections of that client have come in. */
    public int countOf(String client) {
        return (int) entries.values().stream().filter(entry -> entry.direction == Direction.IN
                && client.equals(entry.client)).count();
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

    /**
     * Whether that connection, which was dialled here, came in here as well: its two ends have the same address and say
     * the same actor.
     */
    public boolean loopsBack(String id) {
        Entry dialled = entries.get(id);
        return dialled != null && dialled.localAddress != null && dialled.actor != null && entries.values().stream()
                .anyMatch(entry -> entry.direction == Direction.IN && entry.address.equals(dialled.localAddress)
                        && dialled.actor.equals(entry.actor));
    }

    /**
     * Closes one.
     *
     * @return whether it was there
     */
    public boolean close(String id, String reason) {
        Entry entry = entries.get(id);
        if (entry != null) {
            entry.closer.accept(reason);
        }
        return entry != null;
    }

    /**
     * Closes every connection of a client, by its name or the host that it comes from.
     *
     * @return how many
     */
    public int closeOf(String client, String reason) {
        List<Entry> its = entries.values().stream().filter(entry -> entry.direction == Direction.IN
                && (client.equals(entry.client) || entry.host().equals(client))).toList();
        its.forEach(entry -> entry.closer.accept(reason));
        return its.size();
    }

    /**
     * Closes the connections of that direction that have carried no request for so long.
     *
     * @return how many
     */
    public int closeStale(Direction direction, Duration idle) {
        long now = System.nanoTime();
        List<Entry> stale = entries.values().stream().filter(
                entry -> entry.direction == direction && entry.streams.get() == 0
                && now - entry.activeAt >= idle.toNanos()).toList();
        stale.forEach(entry -> entry.closer.accept("no request since " + entry.lastActivity));
        return stale.size();
    }
}
