package io.agentdb.sync.web.transfer;

import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.web.transfer.ImportRecord.ImportState;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The imports of this process until their end is written down. As long as the process lives nobody else may say how
 * they have ended: forgotten before, they would go on for ever in the database. Thread-safe.
 */
final class OwnImports {

    private final Map<UUID, ImportJob> jobs = new ConcurrentHashMap<>();

    void add(ImportJob job) {
        jobs.put(job.record().id(), job);
    }

    Optional<ImportJob> find(UUID id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** These and those: others take this process's for dead while its connection is lost. */
    Set<UUID> with(Collection<UUID> those) {
        Set<UUID> all = new HashSet<>(those);
        all.addAll(jobs.keySet());
        return all;
    }

    /** As it stands here, which the database may not know yet. */
    ImportRecord latest(ImportRecord stored) {
        return find(stored.id()).map(ImportJob::record).orElse(stored);
    }

    /** As {@link ImportJob#end}. */
    void end(ImportJob job, ImportState state, @Nullable String failure, boolean refused,
            @Nullable ImportReport report) {
        if (job.end(state, failure, refused, report)) {
            forget(job);
        }
    }

    /** Writes down once more what has ended without a database that took it. Blocks on the database. */
    void settle() {
        jobs.values().stream().filter(job -> !job.record().running()).filter(ImportJob::save).forEach(this::forget);
    }

    private void forget(ImportJob job) {
        jobs.remove(job.record().id());
    }

    /** Has all end, since the process does. */
    void leave() {
        jobs.values().forEach(ImportJob::leave);
    }
}
