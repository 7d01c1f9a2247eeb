package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.VersionVector;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Applies batches of versions from peers.
 *
 * <p>A batch and the cursor behind it are one transaction, so that after a crash anywhere the stream resumes exactly where the
 * database stands. Idempotent: what is known is skipped. A record that the database refuses is set aside, and never blocks what
 * follows it. Thread-safe; blocks on the database.
 */
public final class ChangeApplier {

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final VersionStore versions;
    private final RevisionWriter writer;
    private final CursorStore cursors;
    private final Quarantine quarantine;
    private final ConflictSink conflicts;
    /** Deadlocks with local writers and rows that appear meanwhile: another try sees what happened. */
    private final RetryTemplate retry = new RetryTemplate(RetryPolicy.builder().maxRetries(20)
            .delay(Duration.ofMillis(10)).jitter(Duration.ofMillis(10)).multiplier(1.5)
            .maxDelay(Duration.ofMillis(500))
            .includes(RowMovedException.class, ConcurrencyFailureException.class).build());

    public ChangeApplier(JdbcTemplate jdbc, TransactionTemplate transaction, CursorStore cursors, ConflictSink conflicts) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.versions = new VersionStore(jdbc);
        this.writer = new RevisionWriter(jdbc);
        this.cursors = cursors;
        this.quarantine = new Quarantine(jdbc);
        this.conflicts = conflicts;
    }

    /**
     * Applies versions of one kind and moves the cursor, in one transaction.
     *
     * @param policy resolves conflicts; null to keep this node's versions and answer with them
     * @param moved the cursor to store with the batch; null for none
     */
    public Applied apply(Kind kind, List<Revision> incoming, Source source, ConflictPolicy policy, CursorStore.Move moved) {
        try {
            return retry.execute(() -> transaction.execute(status -> once(kind, incoming, source, policy, moved)));
        } catch (RetryException e) {
            if (e.getCause() instanceof DataIntegrityViolationException refused) {
                return bisect(kind, incoming, source, policy, moved, refused);
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        }
    }

    /** This node's versions of these records, those that are here. */
    public Collection<Revision> load(Kind kind, Collection<UUID> ids) {
        return versions.load(kind, ids).values();
    }

    private Applied once(Kind kind, List<Revision> incoming, Source source, ConflictPolicy policy, CursorStore.Move moved) {
        Applied applied = Applied.NOTHING;
        if (!incoming.isEmpty()) {
            jdbc.execute("set local agentdb.applying = 'on'");
            Map<UUID, Head> here = versions.lock(kind, incoming.stream().map(Revision::id).toList());
            Plan plan = Plan.of(incoming, here, conflicting(kind, incoming, here)::get, policy);
            writer.store(kind, plan.changes(), source.actor());
            versions.join(kind, plan.joins());
            if (!plan.conflicts().isEmpty()) {
                conflicts.keep(source.nodeId(), policy.name(), plan.conflicts());
            }
            applied = new Applied(plan.changes().size(), plan.known(), 0, plan.conflicts(), plan.concurrent());
        }
        if (moved != null) {
            cursors.move(moved);
        }
        return applied;
    }

    private Map<UUID, Revision> conflicting(Kind kind, List<Revision> incoming, Map<UUID, Head> here) {
        if (here.isEmpty()) {
            return Map.of();
        }
        List<UUID> ids = incoming.stream().filter(revision -> {
            Head head = here.get(revision.id());
            return head != null && concurrent(revision, head);
        }).map(Revision::id).toList();
        return ids.isEmpty() ? new HashMap<>() : versions.load(kind, ids);
    }

    private static boolean concurrent(Revision revision, Head head) {
        VersionVector seen = revision.version().context();
        return !seen.contains(head.version().dot()) && !head.version().context().contains(revision.version().dot());
    }

    /** The database refuses some record of the batch: halves find it in logarithmic time, and the others land. */
    private Applied bisect(Kind kind, List<Revision> incoming, Source source, ConflictPolicy policy, CursorStore.Move moved,
            DataAccessException refused) {
        if (incoming.size() == 1) {
            return transaction.execute(status -> {
                quarantine.setAside(incoming.get(0), source, refused);
                if (moved != null) {
                    cursors.move(moved);
                }
                return new Applied(0, 0, 1, List.of(), List.of());
            });
        }
        int middle = incoming.size() / 2;
        Applied first = apply(kind, incoming.subList(0, middle), source, policy, null);
        return first.and(apply(kind, incoming.subList(middle, incoming.size()), source, policy, moved));
    }
}
