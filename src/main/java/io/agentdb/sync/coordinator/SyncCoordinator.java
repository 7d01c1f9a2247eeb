package io.agentdb.sync.coordinator;

import io.agentdb.sync.live.LiveSync;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncSettings;
import io.agentdb.sync.run.SyncState;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.TransactionException;

/**
 * Starts runs: when asked, and by itself when automatic sync is on. At most one run per peer at a time, also across
 * processes on one database; a run that is asked for waits for the one under way, an automatic one is left out. Of
 * several processes one ticks per interval. Thread-safe.
 */
@Service
public class SyncCoordinator implements RunMaker.Initiator, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(SyncCoordinator.class);
    private static final Duration GONE = Duration.ofDays(7);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Peers peers;
    private final SyncState state;
    private final PeerPauses pauses;
    private final AwakePeers awake;
    private final SyncRuns runs;
    private final RunMaker maker;
    private final AutoSync switched;
    private final LiveSync live;
    private final LiveStart liveStart;
    private final Clock clock = Clock.systemUTC();
    private final ExecutorService executor;

    SyncCoordinator(Peers peers, SyncState state, PeerPauses pauses, AwakePeers awake, SyncRuns runs, RunMaker maker,
            AutoSync switched, LiveSync live, LiveStart liveStart, SyncSettings settings) {
        this.peers = peers;
        this.state = state;
        this.pauses = pauses;
        this.awake = awake;
        this.runs = runs;
        this.maker = maker;
        this.switched = switched;
        this.live = live;
        this.liveStart = liveStart;
        this.executor = Executors.newFixedThreadPool(settings.maxConcurrentRuns(),
                task -> new Thread(task, "sync-run"));
    }

    /** Starts a run with a peer and returns at once. */
    public SyncRun start(Peer peer, RunOptions options) {
        SyncRun run = runs.create(peer.name(), options, false, clock.instant());
        execute(run, peer, PATIENCE);
        return run;
    }

    /** Makes a run from the start that another process has left: what that one had done is not done again. */
    void resume(RunRecord left, Peer peer) {
        SyncRun run = runs.adopt(left);
        execute(run, peer, PATIENCE);
    }

    /** Gives up a run that another process has left. */
    void giveUp(RunRecord left, String error) {
        maker.giveUp(runs.adopt(left), error);
    }

    /**
     * Synchronizes with every peer, if automatic sync is on; a peer whose last automatic run still goes on does not
     * hold up the others. The lock is held for the interval, or each process would have its own, and no longer: who
     * dies with it holds up one tick.
     */
    @Scheduled(fixedDelayString = "${agentdb.sync.interval:60s}")
    @SchedulerLock(name = "automatic sync", lockAtLeastFor = "${agentdb.sync.interval:60s}",
            lockAtMostFor = "${agentdb.sync.interval:60s}")
    void tick() {
        try {
            if (executor.isShutdown()) {
                return;
            }
            if (!autoSync()) {
                live.keepOnly(Set.of());
                return;
            }
            List<Peer> all = awake.all();
            live.keepOnly(names(all));
            Set<PeerName> leftOut = new HashSet<>(state.leftAlone(clock.instant()));
            leftOut.addAll(runs.busy());
            for (Peer peer : all) {
                if (!leftOut.contains(peer.name())) {
                    startAutomatic(peer);
                }
            }
        } catch (DataAccessException e) {
            log.warn("Automatic sync has to wait, the database does not answer: {}",
                    e.getMostSpecificCause().getMessage());
        }
    }

    private void startAutomatic(Peer peer) {
        SyncRun run = runs.create(peer.name(), RunOptions.DEFAULT, true, clock.instant());
        execute(run, peer, Duration.ZERO);
    }

    /** Another process may have switched it off, or paused or resumed a peer, or have ended. */
    @Scheduled(fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void lookAfterLiveSync() {
        try {
            List<Peer> resumed = awake.resumed();
            if (autoSync()) {
                List<Peer> all = awake.all();
                live.keepOnly(names(all));
                Set<Peer> due = new LinkedHashSet<>(liveStart.left(all));
                due.addAll(resumed);
                due.forEach(this::runDue);
            } else {
                live.keepOnly(Set.of());
            }
        } catch (SQLException | DataAccessException | TransactionException e) {
            log.debug("What other processes do live cannot be seen now: {}", DatabaseFailure.words(e));
        }
    }

    @Override
    public boolean stopping() {
        return executor.isShutdown();
    }

    @Override
    public Optional<String> paused(Peer peer) {
        return pauses.now().of(peer.name()).map(pause -> "cancelled: the peer is " + pause.words());
    }

    /** Not while a run is under way: it does the same. What is known of the peer may have changed since. */
    @Override
    public void runDue(Peer peer) {
        try {
            if (!stopping() && autoSync() && !runs.busy().contains(peer.name())) {
                awake.all().stream().filter(now -> now.name().equals(peer.name())).forEach(this::startAutomatic);
            }
        } catch (DataAccessException | TransactionException e) {
            log.debug("Live sync with {} waits for the next automatic run: {}", peer.name(), DatabaseFailure.words(e));
        }
    }

    /** Forgets what it notes of peers that have been none for some time. */
    @Scheduled(initialDelayString = "1m", fixedDelayString = "1h")
    @SchedulerLock(name = "forgetting of peers and runs", lockAtLeastFor = "50m", lockAtMostFor = "1h")
    void forget() {
        try {
            runs.prune(clock.instant());
            state.forgetOthers(names(peers.all()), clock.instant().minus(GONE));
        } catch (DataAccessException e) {
            log.warn("sync_state and sync_runs could not be tidied: {}", e.getMostSpecificCause().getMessage());
        }
    }

    /**
     * Leaves a peer alone, on every process of this node: what goes on by itself with it ends.
     *
     * @param time null until a person ends it
     */
    public void pause(PeerName peer, @Nullable Duration time, String who) {
        pauses.begin(peer, time, who);
        rest(peer, who);
    }

    /** The same of all peers. */
    public void pauseAll(@Nullable Duration time, String who) {
        pauses.beginAll(time, who);
        rest(null, who);
    }

    private void rest(@Nullable PeerName peer, String who) {
        lookAfterLiveSync();
        runs.cancelAutomatic(peer, "cancelled by " + who + ", who has paused the peer");
    }

    /** Ends a peer's own pause. */
    public void resume(PeerName peer) {
        pauses.end(peer);
        lookAfterLiveSync();
    }

    /** Ends the pause of all. */
    public void resumeAll() {
        pauses.endAll();
        lookAfterLiveSync();
    }

    private static Set<PeerName> names(List<Peer> peers) {
        return peers.stream().map(Peer::name).collect(Collectors.toSet());
    }

    public boolean autoSync() {
        return switched.enabled();
    }

    /** On every process of this node, until it is switched off. */
    public void startAutoSync() {
        switched.enable(true);
    }

    public void stopAutoSync() {
        switched.enable(false);
        live.keepOnly(Set.of());
    }

    /** What is broken off goes on in another process, or in this one once it is started again. */
    @Override
    public void destroy() throws InterruptedException {
        live.close();
        runs.handOver();
        executor.shutdownNow();
        executor.awaitTermination(10, TimeUnit.SECONDS);
        try {
            runs.leave();
        } catch (DataAccessException | TransactionException e) {
            log.warn("The runs under way count as failed attempts: {}", DatabaseFailure.words(e));
        }
    }

    private void execute(SyncRun run, Peer peer, Duration patience) {
        executor.execute(() -> maker.make(run, peer, patience, this));
    }
}
