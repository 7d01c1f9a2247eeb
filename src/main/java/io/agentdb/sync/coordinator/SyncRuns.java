package io.agentdb.sync.coordinator;

import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * The runs of this node, the last few hundred of them: those of this process from memory, those of others as of what
 * they last wrote down. A run goes on without a database that would take its progress; it is written down when there is
 * one again. Thread-safe.
 */
@Component
public class SyncRuns {

    private enum SaveResult { YES, NOT_NOW, IS_ANOTHERS }

    private static final int KEPT = 200;
    private static final Logger log = LoggerFactory.getLogger(SyncRuns.class);
    private static final Duration LONG_AGO = Duration.ofDays(7);
    private static final int STORED = 500;

    private final RunStore store;
    private final ProcessLock presence;
    private final Map<UUID, SyncRun> own = new LinkedHashMap<>();
    /** Own ones of which the end is not written down. */
    private final Set<UUID> open = ConcurrentHashMap.newKeySet();
    /** Those of other processes that somebody waits for here. */
    private final Map<UUID, SyncRun> followed = new ConcurrentHashMap<>();

    SyncRuns(RunStore store, ProcessLock presence) {
        this.store = store;
        this.presence = presence;
    }

    SyncRun create(PeerName peer, RunOptions options, boolean automatic, Instant now) {
        SyncRun run = new SyncRun(UUID.randomUUID(), peer, options, automatic, now);
        add(run);
        save(run.record());
        return run;
    }

    /** A run that was another process's. */
    SyncRun adopt(RunRecord record) {
        SyncRun waitedFor = followed.remove(record.id());
        SyncRun run = waitedFor == null ? new SyncRun(record) : waitedFor;
        run.catchUp(record);
        add(run);
        hearOfCancelled();
        return run;
    }

    /**
     * Notes that the run is about to be made.
     *
     * @return false if another process makes it, which took this one for dead
     */
    boolean begin(SyncRun run) {
        run.begin();
        if (save(run.record()) != SaveResult.IS_ANOTHERS) {
            return true;
        }
        synchronized (this) {
            own.remove(run.id());
        }
        open.remove(run.id());
        followed.put(run.id(), run);
        return false;
    }

    /** Written down first: whoever waited for the run finds its end on every process. */
    void finish(SyncRun run, SyncReport report) {
        if ((report.success() || open.contains(run.id())) && save(run.record(report)) != SaveResult.NOT_NOW) {
            open.remove(run.id());
        }
        run.finish(report);
    }

    /**
     * Leaves what is under way to other processes, or to this one's next start: from now on only successes are written
     * down.
     */
    void handOver() {
        open.clear();
    }

    /** Called last, when nothing is under way any more. */
    void leave() {
        if (presence.wasSeen()) {
            store.leave(presence.id());
        }
    }

    /** Writes down where own runs stand, and reads where those of others do. */
    void exchange() {
        if (!open.isEmpty()) {
            hearOfCancelled();
        }
        for (SyncRun run : ownOnes()) {
            RunRecord now = run.record();
            if (open.contains(run.id()) && save(now) != SaveResult.NOT_NOW && now.report() != null) {
                open.remove(run.id());
            }
        }
        followed.forEach((id, run) -> {
            Optional<RunRecord> there = store.find(id);
            there.ifPresent(run::catchUp);
            if (there.isEmpty() || run.report() != null) {
                followed.remove(id);
            }
        });
    }

    /**
     * Has a run end after the batch at hand, whichever process makes it, or goes on with it.
     *
     * @param why in words, for its report
     */
    public void cancel(UUID id, String why) {
        mine(id).ifPresent(run -> run.cancellation().ask(why));
        store.cancel(id, why);
    }

    /**
     * The same of automatic ones.
     *
     * @param peer null for those with any
     */
    void cancelAutomatic(@Nullable PeerName peer, String why) {
        store.cancelAutomatic(peer, why);
        hearOfCancelled();
    }

    /** Which of the own runs somebody has cancelled on another process. */
    private void hearOfCancelled() {
        store.cancelled(presence.id()).forEach((id, why) -> mine(id).ifPresent(run -> run.cancellation().ask(why)));
    }

    /** The runs that dead processes have left, from now on this one's. */
    List<RunRecord> orphans() {
        return store.owners().stream().filter(owner -> !owner.equals(presence.id()))
                .flatMap(owner -> store.takeOver(owner, presence.id()).stream()).toList();
    }

    /** The peers with whom an automatic run is under way, in whichever process. */
    Set<PeerName> busy() {
        return store.busy();
    }

    void prune(Instant now) {
        store.prune(now.minus(LONG_AGO), STORED);
    }

    /** To watch or wait for: of another process's run what happens is told a little later, at coarser steps. */
    public Optional<SyncRun> follow(UUID id) {
        return mine(id).or(() -> store.find(id).map(run -> run.report() != null ? new SyncRun(run)
                : followed.computeIfAbsent(id, unknown -> new SyncRun(run))));
    }

    public Optional<RunRecord> find(UUID id) {
        return mine(id).map(SyncRun::record).or(() -> store.find(id));
    }

    synchronized long active() {
        return own.values().stream().filter(run -> run.state() == SyncRun.State.RUNNING).count();
    }

    /** Newest last. */
    public List<RunRecord> all() {
        List<RunRecord> sorted = withOwn(store.newest(KEPT));
        return sorted.subList(Math.max(0, sorted.size() - KEPT), sorted.size());
    }

    /** The newest and all under way, in whichever process, newest last. */
    public List<RunRecord> latest(int most) {
        List<RunRecord> sorted = withOwn(store.latest(most));
        int first = sorted.size() - most;
        return IntStream.range(0, sorted.size()).filter(i -> i >= first || sorted.get(i).report() == null)
                .mapToObj(sorted::get).toList();
    }

    private List<RunRecord> withOwn(List<RunRecord> stored) {
        Map<UUID, RunRecord> all = new LinkedHashMap<>();
        stored.forEach(run -> all.put(run.id(), run));
        ownOnes().forEach(run -> all.put(run.id(), run.record()));
        return all.values().stream().sorted(Comparator.comparing(RunRecord::startedAt)).toList();
    }

    private synchronized Optional<SyncRun> mine(UUID id) {
        return Optional.ofNullable(own.get(id));
    }

    private synchronized List<SyncRun> ownOnes() {
        return new ArrayList<>(own.values());
    }

    private synchronized void add(SyncRun run) {
        Iterator<SyncRun> oldest = own.values().iterator();
        while (own.size() >= KEPT && oldest.hasNext()) {
            SyncRun old = oldest.next();
            if (old.state() != SyncRun.State.RUNNING && !open.contains(old.id())) {
                oldest.remove();
            }
        }
        own.put(run.id(), run);
        open.add(run.id());
    }

    private SaveResult save(RunRecord run) {
        try {
            return store.save(run, presence.id()) ? SaveResult.YES : SaveResult.IS_ANOTHERS;
        } catch (DataAccessException | TransactionException e) {
            log.debug("Where run {} stands cannot be written down now: {}", run.id(), DatabaseFailure.words(e));
            return SaveResult.NOT_NOW;
        }
    }
}
