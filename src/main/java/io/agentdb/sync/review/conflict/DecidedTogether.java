package io.agentdb.sync.review.conflict;

import io.agentdb.sync.replica.RevisionJson;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.Revision;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Table {@code decided_together}: which conflicts one decision was about, and what they were before. Thread-safe;
 * blocks on the database, in the caller's transaction if there is one.
 */
@Component
class DecidedTogether {

    /**
     * What a conflict was.
     *
     * @param result in JSON, and what was here if that was another one; null if it was open, or one of the two sides
     *     had won
     * @param undone whether it is that again
     */
    record Before(ConflictOutcome outcome, @Nullable String result, @Nullable Instant resolvedAt, boolean undone) {

        /** As which version the record was here. */
        Revision left(LoggedConflict conflict) {
            if (result != null) {
                return RevisionJson.parse(conflict.kind(), result);
            }
            return outcome == ConflictOutcome.REMOTE ? conflict.remote() : conflict.local();
        }
    }

    private final JdbcClient jdbc;

    DecidedTogether(JdbcTemplate jdbc) {
        this.jdbc = JdbcClient.create(jdbc);
    }

    /**
     * Before the conflict is written. What an earlier batch noted of it has been taken back, and is forgotten.
     *
     * @param here what is taken back to: since the conflict, it may have been changed
     */
    void note(UUID batch, LoggedConflict conflict, Optional<Revision> here) {
        String changed = here.filter(one -> !conflict.left().equals(Optional.of(one.version().dot().write())))
                .map(RevisionJson::of).orElse(null);
        jdbc.sql("""
                insert into decided_together (conflict_id, batch, outcome, result, resolved_at)
                select id, :batch, outcome, coalesce(:changed::jsonb, result), resolved_at from conflicts where id = :id
                on conflict (conflict_id) do update set batch = excluded.batch, outcome = excluded.outcome,
                    result = excluded.result, resolved_at = excluded.resolved_at, undone_at = null
                """).param("batch", batch).param("id", conflict.id()).param("changed", changed).update();
    }

    /** The conflicts of a batch that the log still has, the first one first. */
    List<Long> conflicts(UUID batch) {
        return jdbc.sql("select conflict_id from decided_together where batch = :batch order by 1")
                .param("batch", batch).query(Long.class).list();
    }

    /** As part of which batch a conflict is decided; empty if as none, or if that was taken back. */
    Optional<UUID> batch(long conflict) {
        return jdbc.sql("select batch from decided_together where conflict_id = :id and undone_at is null")
                .param("id", conflict).query(UUID.class).optional();
    }

    boolean isUndone(UUID batch) {
        return jdbc.sql("select bool_and(undone_at is not null) from decided_together where batch = :batch")
                .param("batch", batch).query(Boolean.class).single();
    }

    Optional<Before> lock(UUID batch, long conflict) {
        return jdbc.sql("""
                select outcome, result::text, resolved_at, undone_at is not null from decided_together
                where batch = :batch and conflict_id = :id for update
                """).param("batch", batch).param("id", conflict).query((row, i) -> {
                    OffsetDateTime at = row.getObject(3, OffsetDateTime.class);
                    return new Before(ConflictOutcome.labelled(row.getString(1)).orElseThrow(), row.getString(2),
                            at == null ? null : at.toInstant(), row.getBoolean(4));
                }).optional();
    }

    void undone(long conflict) {
        jdbc.sql("update decided_together set undone_at = now(), result = null where conflict_id = :id")
                .param("id", conflict).update();
    }
}
