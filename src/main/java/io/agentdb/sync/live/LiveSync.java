package io.agentdb.sync.live;

import io.agentdb.sync.conversation.Ongoing;
import io.agentdb.sync.conversation.PullClient;
import io.agentdb.sync.conversation.PushClient;
import io.agentdb.sync.peers.Answering;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.replica.feed.ChangeSource;
import io.agentdb.sync.run.RunProgress;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.RunTally;
import io.agentdb.sync.run.SyncFailure;
import io.agentdb.sync.run.SyncMetrics;
import io.agentdb.sync.run.SyncState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a push and a pull open with each peer that can do so, from a run that went well until something fails; then a
 * whole run is made before the next. Thread-safe.
 */
public final class LiveSync implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LiveSync.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final QuicClientPool pool;
    private final Answering answering;
    private final PushClient push;
    private final PullClient pull;
    private final ChangeSource changes;
    private final SyncState state;
    private final SyncMetrics metrics;
    private final Duration longestPause;
    private final Clock clock = Clock.systemUTC();
    private final Map<PeerName, Following> open = new HashMap<>();
    private final Map<PeerName, Integer> failures = new HashMap<>();
    /** A turn blocks for a slow peer, and for nobody else: each peer has two at most. */
    private final Executor executor = Executors.newCachedThreadPool(task -> thread(task, "live-sync"));
    private final ScheduledExecutorService pauses =
            Executors.newSingleThreadScheduledExecutor(task -> thread(task, "live-sync-pauses"));

    /** @param longestPause between something that failed and the whole run that mends it */
    public LiveSync(QuicClientPool pool, Answering answering, PushClient push, PullClient pull, ChangeSource changes,
            SyncState state, SyncMetrics metrics, Duration longestPause) {
        this.pool = pool;
        this.answering = answering;
        this.push = push;
        this.pull = pull;
        this.changes = changes;
        this.state = state;
        this.metrics = metrics;
        this.longestPause = longestPause;
    }

    /** Whether the peer can be followed live and is not yet. */
    public synchronized boolean canFollow(Peer peer, Session session) {
        return session.capabilities().contains(Limits.LIVE) && !open.containsKey(peer.name());
    }

    /**
     * Goes on live from a run that went well. Blocks for the peer's first answers; its caller sees to it that no run
     * with that node is under way, whose count of meetings this one's would overtake.
     *
     * @param pushed what this node may push
     * @param pulled what it may pull
     * @param runDue starts a whole run with the peer; does not block
     * @param ended called once when live sync with the peer has ended; does not block for long
     */
    public void follow(Peer peer, RunScope pushed, RunScope pulled, Runnable runDue, Runnable ended) {
        Following following = new Following(peer, runDue, ended);
        synchronized (this) {
            open.put(peer.name(), following);
        }
        try {
            if (!pushed.kinds().isEmpty()) {
                following.add((exchange, tally) -> push.open(exchange, pushed, tally), changes::listen);
            }
            if (!pulled.kinds().isEmpty()) {
                following.add((exchange, tally) -> pull.open(exchange, pulled, tally), due -> () -> { });
            }
            following.begin();
        } catch (RuntimeException e) {
            following.giveUp(e);
        }
    }

    /** Who is followed live. */
    public synchronized Set<PeerName> peers() {
        return open.entrySet().stream().filter(entry -> entry.getValue().begun).map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Ends it with all others. */
    public void keepOnly(Set<PeerName> peers) {
        List<Following> others;
        synchronized (this) {
            others = open.entrySet().stream().filter(entry -> !peers.contains(entry.getKey()))
                    .map(Map.Entry::getValue).toList();
            open.keySet().retainAll(peers);
            failures.keySet().retainAll(peers);
        }
        others.forEach(Following::close);
    }

    @Override
    public void close() {
        pauses.shutdownNow();
        keepOnly(Set.of());
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Again and again, less and less often, until the peer is followed or none any more. */
    private void runAgain(PeerName peer, Runnable runDue) {
        long pause;
        synchronized (this) {
            int before = failures.merge(peer, 1, Integer::sum) - 1;
            pause = Math.min(FIRST_PAUSE.toMillis() << Math.min(before, 10), longestPause.toMillis());
        }
        if (!pauses.isShutdown()) {
            pauses.schedule(() -> {
                if (awaited(peer)) {
                    runDue.run();
                    runAgain(peer, runDue);
                }
            }, pause, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized boolean awaited(PeerName peer) {
        return failures.containsKey(peer) && !open.containsKey(peer);
    }

    /** Opens a request that stays open. */
    private interface Opening {
        Ongoing open(Exchange exchange, RunTally tally);
    }

    /** The two directions with one peer. */
    private final class Following implements LiveLink.Listener {

        private final Peer peer;
        private final Runnable runDue;
        private final Runnable whenEnded;
        private final List<LiveLink> links = new ArrayList<>();
        private final List<Runnable> beginnings = new ArrayList<>();
        private boolean begun;
        private boolean over;
        private int alive;

        Following(Peer peer, Runnable runDue, Runnable whenEnded) {
            this.peer = peer;
            this.runDue = runDue;
            this.whenEnded = whenEnded;
        }

        void add(Opening opening, UnaryOperator<Runnable> watch) {
            RunTally tally = new RunTally(clock, new RunProgress(clock, progress -> { }), metrics, peer.name());
            Exchange exchange = pool.openStanding(peer.remote());
            try {
                answering.require(peer, exchange.session());
                LiveLink link = new LiveLink(exchange, opening.open(exchange, tally), tally, executor, this);
                links.add(link);
                beginnings.add(() -> link.begin(watch));
            } catch (RuntimeException e) {
                exchange.close();
                throw e;
            }
        }

        void begin() {
            synchronized (LiveSync.this) {
                alive = links.size();
                begun = true;
                failures.remove(peer.name());
            }
            beginnings.forEach(Runnable::run);
            // It may have been closed, or one direction have failed, before the other had begun.
            boolean late;
            synchronized (LiveSync.this) {
                late = over;
            }
            if (late) {
                links.forEach(LiveLink::close);
            }
        }

        /** Before it has begun, whoever begins it ends it. */
        void close() {
            synchronized (LiveSync.this) {
                over = true;
                if (!begun) {
                    return;
                }
            }
            links.forEach(LiveLink::close);
        }

        /** It could not begin. */
        void giveUp(RuntimeException e) {
            synchronized (LiveSync.this) {
                alive = links.size();
                begun = true;
            }
            failed(e);
            if (links.isEmpty()) {
                whenEnded.run();
            }
        }

        @Override
        public void carried(long items, long bytes) {
            state.carried(peer.name(), items, bytes);
        }

        @Override
        public void runDue() {
            runDue.run();
        }

        @Override
        public void ended() {
            boolean last;
            synchronized (LiveSync.this) {
                last = --alive == 0;
            }
            if (last) {
                whenEnded.run();
            }
        }

        /** One direction ends with the other. */
        @Override
        public void failed(RuntimeException e) {
            boolean first;
            synchronized (LiveSync.this) {
                first = !over;
                over = true;
                open.remove(peer.name(), this);
            }
            links.forEach(LiveLink::close);
            if (first) {
                log.info("Live sync with {} has ended, a run goes before the next: {}", peer.name(),
                        SyncFailure.say(e));
                runAgain(peer.name(), runDue);
            }
        }
    }
}
