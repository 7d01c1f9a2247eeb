package io.agentdb.sync.sync;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The runs of this process, the last few hundred of them. Thread-safe. */
@Component
public class SyncRuns {

    private static final int KEPT = 200;

    private final Map<UUID, SyncRun> runs = new LinkedHashMap<>();

    synchronized SyncRun create(String peer, Instant now) {
        Iterator<SyncRun> oldest = runs.values().iterator();
        while (runs.size() >= KEPT && oldest.hasNext()) {
            if (oldest.next().state() != SyncRun.State.RUNNING) {
                oldest.remove();
            }
        }
        SyncRun run = new SyncRun(UUID.randomUUID(), peer, now);
        runs.put(run.id(), run);
        return run;
    }

    public synchronized Optional<SyncRun> find(UUID id) {
        return Optional.ofNullable(runs.get(id));
    }

    synchronized long active() {
        return runs.values().stream().filter(run -> run.state() == SyncRun.State.RUNNING).count();
    }

    /** Newest last. */
    public synchronized List<SyncRun> all() {
        return new ArrayList<>(runs.values());
    }
}
