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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
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

    private final QuicClientPool pool;
    private final Answering answering;
    private final PushClient push;
    private final PullClient pull;
    private final ChangeSource changes;
    private final SyncState state;
    private final SyncMetrics metrics;
    private final Clock clock = Clock.systemUTC();
    private final Map<PeerName, Following> open = new HashMap<>();
    private final Later later = new Later();
    private final Comeback comeback;
    /** A turn blocks for a slow peer, and for nobody else: each peer has two at most. */
    private final Executor executor = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "live-sync");
        thread.setDaemon(true);
        return thread;
    });

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
        this.comeback = new Comeback(later, longestPause, this::isFollowed);
    }

    /** Whether the peer can be followed live and is not yet. */
    public boolean canFollow(Peer peer, Session session) {
        return session.capabilities().contains(Limits.LIVE) && !isFollowed(peer.name());
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
        Following following = new Following(peer.name(), executor, later, new Hearing(runDue, ended));
        synchronized (this) {
            open.put(peer.name(), following);
        }
        try {
            if (!pushed.kinds().isEmpty()) {
                add(following, peer, (exchange, tally) -> push.open(exchange, pushed, tally), changes::listen);
            }
            if (!pulled.kinds().isEmpty()) {
                add(following, peer, (exchange, tally) -> pull.open(exchange, pulled, tally), due -> () -> { });
            }
            following.begin();
        } catch (RuntimeException e) {
            following.giveUp(e);
        }
    }

    /** Another process of this node follows the peer. */
    public void leave(Peer peer) {
        comeback.forget(peer.name());
    }

    /** Who is followed live. */
    public synchronized Set<PeerName> peers() {
        return open.entrySet().stream().filter(entry -> entry.getValue().begun()).map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Ends it with all others. */
    public void keepOnly(Set<PeerName> peers) {
        comeback.keepOnly(peers);
        List<Following> others;
        synchronized (this) {
            others = open.entrySet().stream().filter(entry -> !peers.contains(entry.getKey()))
                    .map(Map.Entry::getValue).toList();
            open.keySet().retainAll(peers);
        }
        others.forEach(Following::close);
    }

    /** Ends it with one. */
    public void end(Peer peer) {
        Following following;
        synchronized (this) {
            following = open.remove(peer.name());
        }
        if (following != null) {
            following.close();
        }
    }

    @Override
    public void close() {
        later.close();
        keepOnly(Set.of());
    }

    private synchronized boolean isFollowed(PeerName peer) {
        return open.containsKey(peer);
    }

    /** Opens a request that stays open. */
    private interface Opening {
        Ongoing open(Exchange exchange, RunTally tally);
    }

    private void add(Following following, Peer peer, Opening opening, UnaryOperator<Runnable> watch) {
        RunTally tally = new RunTally(clock, new RunProgress(clock, progress -> { }), metrics, peer.name());
        Exchange exchange = pool.openStanding(peer.remote());
        try {
            answering.require(peer, exchange.session());
            following.add(exchange, opening.open(exchange, tally), tally, watch);
        } catch (RuntimeException e) {
            exchange.close();
            throw e;
        }
    }

    private final class Hearing implements Following.FollowingListener {

        private final Runnable runDue;
        private final Runnable ended;

        Hearing(Runnable runDue, Runnable ended) {
            this.runDue = runDue;
            this.ended = ended;
        }

        @Override
        public void carried(PeerName peer, Exchanged some) {
            state.carried(peer, some.items(), some.bytes());
        }

        @Override
        public void summedUp(PeerName peer, Exchanged all, Duration time) {
            log.info("Live sync with {}: records sent {}, received {}, {} bytes within {} s", peer, all.sent(),
                    all.received(), all.bytes(), Math.max(1, time.toSeconds()));
        }

        @Override
        public void runDue() {
            runDue.run();
        }

        @Override
        public void ended() {
            ended.run();
        }

        @Override
        public void failed(Following following, Duration stood, Throwable e) {
            PeerName peer = following.peer();
            synchronized (LiveSync.this) {
                open.remove(peer, following);
            }
            if (SyncFailure.of(e) == SyncFailure.INTERNAL) {
                log.error("Live sync with {} has ended in a way that was not foreseen", peer, e);
            } else {
                log.info("Live sync with {} has ended, a run goes before the next: {}", peer, SyncFailure.say(e));
            }
            comeback.ended(peer, stood, runDue);
        }
    }
}
