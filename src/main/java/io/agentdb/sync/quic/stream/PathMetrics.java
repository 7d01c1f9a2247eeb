package io.agentdb.sync.quic.stream;

import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.telemetry.LabelledGauge;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.netty.channel.ChannelId;
import io.netty.incubator.codec.quic.QuicChannel;
import io.netty.incubator.codec.quic.QuicConnectionPathStats;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * How the way through the network to each peer is, and which version the peer says it is. Looked at now and then: each
 * look is a task of the connection's event loop, whose answer is told at the next one. Thread-safe.
 */
public final class PathMetrics {

    /** Names beyond these are left out: a client says itself who it is. */
    public static final int MOST_PEERS = 1_000;

    /** A connection that has moved to another address has several; one of them is in use. */
    private static final int MOST_PATHS = 3;
    /** A peer that is not met any more has no version that anybody could do something about. */
    private static final long FORGOTTEN_NANOS = Duration.ofDays(1).toNanos();
    /** What calls itself otherwise is not one of ours; what it says would be a label. */
    private static final Pattern OURS = Pattern.compile("agentdb-sync(?:/([0-9A-Za-z.+-]{1,40}))?");
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    /** One connection. */
    private static final class Watched {

        private final QuicChannel channel;
        private final String peer;
        private final Tags tags;
        private volatile @Nullable QuicConnectionPathStats seen;
        /** Of the looks alone. */
        private long sent;
        private long lost;

        Watched(QuicChannel channel, String peer, Tags tags) {
            this.channel = channel;
            this.peer = peer;
            this.tags = tags;
        }

        void look(int path) {
            channel.collectPathStats(path).addListener(done -> {
                if (done.isSuccess() && done.getNow() instanceof QuicConnectionPathStats stats) {
                    if (stats.active() || path == MOST_PATHS) {
                        seen = stats;
                    } else {
                        look(path + 1);
                    }
                }
            });
        }
    }

    private record ToldVersion(String name, long metAt) { }

    private final MeterRegistry registry;
    private final Map<ChannelId, Watched> open = new ConcurrentHashMap<>();
    private final Map<String, ToldVersion> versions = new ConcurrentHashMap<>();
    private final LabelledGauge roundTrip;
    private final LabelledGauge window;
    private final LabelledGauge peers;

    PathMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.roundTrip = new LabelledGauge(MultiGauge.builder("agentdb.quic.path.rtt").baseUnit("seconds")
                .description("The time of a round trip to the peer, smoothed"), registry);
        this.window = new LabelledGauge(MultiGauge.builder("agentdb.quic.path.window").baseUnit("bytes")
                .description("How much this node may have under way to the peer: the congestion window"), registry);
        this.peers = new LabelledGauge(MultiGauge.builder("agentdb.quic.peer.info")
                .description("Always 1: the version that a peer says it is, of those met within a day"), registry);
    }

    /**
     * Looks at a connection until it is closed.
     *
     * @param peer its name if it was dialled, its node's id if it has come in
     * @param software what it calls itself
     */
    public void watch(QuicChannel channel, Direction direction, String peer, String software) {
        Watched watched = new Watched(channel, peer,
                Tags.of("peer", peer, "direction", direction == Direction.IN ? "in" : "out"));
        open.put(channel.id(), watched);
        if (versions.size() < MOST_PEERS || versions.containsKey(peer)) {
            versions.put(peer, new ToldVersion(version(software), System.nanoTime()));
        }
        channel.closeFuture().addListener(closed -> open.remove(channel.id()));
        watched.look(0);
    }

    /** Of several connections with a peer the longest round trip and the widest window count. */
    @Scheduled(fixedDelayString = "${agentdb.sync.lag-interval:15s}")
    void look() {
        Map<Tags, Double> roundTrips = new HashMap<>();
        Map<Tags, Long> windows = new HashMap<>();
        long now = System.nanoTime();
        for (Watched one : open.values()) {
            versions.computeIfPresent(one.peer, (peer, version) -> new ToldVersion(version.name(), now));
            QuicConnectionPathStats stats = one.seen;
            if (stats != null) {
                roundTrips.merge(one.tags, stats.rtt() / NANOS, Math::max);
                windows.merge(one.tags, stats.cwnd(), Math::max);
                count(one, stats);
            }
            one.look(0);
        }
        versions.values().removeIf(version -> now - version.metAt() > FORGOTTEN_NANOS);
        roundTrip.set(roundTrips);
        window.set(windows);
        Map<Tags, Integer> told = new HashMap<>();
        versions.forEach((peer, version) -> told.put(Tags.of("peer", peer, "version", version.name()), 1));
        peers.set(told);
    }

    private void count(Watched one, QuicConnectionPathStats stats) {
        Counter.builder("agentdb.quic.path.sent").baseUnit("packets").tags(one.tags)
                .description("Packets that this node has sent to the peer").register(registry)
                .increment(Math.max(0, stats.sent() - one.sent));
        Counter.builder("agentdb.quic.path.lost").baseUnit("packets").tags(one.tags)
                .description("Those of them that the peer has not got").register(registry)
                .increment(Math.max(0, stats.lost() - one.lost));
        one.sent = stats.sent();
        one.lost = stats.lost();
    }

    private static String version(String software) {
        Matcher ours = OURS.matcher(software);
        return !ours.matches() ? "other" : ours.group(1) == null ? "unknown" : ours.group(1);
    }
}
