package io.agentdb.sync.ui.record;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.RevisionJson;
import io.agentdb.sync.revision.Revision;
import java.util.Optional;
import java.util.UUID;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;

/**
 * Table {@code page_undo}: what records were before somebody changed or deleted them on a page, for an hour. Any
 * thread; blocks on the database, in the caller's transaction if there is one.
 */
@Repository
class UndoStore {

    /**
     * One change.
     *
     * @param after the version that it made, as {@code actor:counter}, or what stands for none: only over that one it
     *     is taken back
     */
    record Undoable(UUID id, Revision before, String after) { }

    private static final Logger log = LoggerFactory.getLogger(UndoStore.class);

    private final JdbcClient jdbc;

    UndoStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    UUID keep(Revision before, String after, String who) {
        return jdbc.sql("""
                insert into page_undo (id, kind, before, after, who)
                values (gen_random_uuid(), :kind, :before::jsonb, :after, :who) returning id
                """).param("kind", before.kind().name()).param("before", RevisionJson.of(before))
                .param("after", after).param("who", who).query(UUID.class).single();
    }

    Optional<Undoable> find(UUID id) {
        return jdbc.sql("select kind, before::text, after from page_undo where id = ?").param(id)
                .query((row, i) -> new Undoable(id, RevisionJson.parse(
                        Kind.named(row.getString(1)).orElseThrow(), row.getString(2)), row.getString(3))).optional();
    }

    void remove(UUID id) {
        jdbc.sql("delete from page_undo where id = ?").param(id).update();
    }

    /** Who deletes a record wants it gone. */
    @Scheduled(initialDelayString = "1m", fixedDelayString = "5m")
    @SchedulerLock(name = "forgetting of what can be undone", lockAtLeastFor = "1m", lockAtMostFor = "5m")
    void forget() {
        try {
            jdbc.sql("delete from page_undo where at < now() - interval '1 hour'").update();
        } catch (DataAccessException e) {
            log.warn("page_undo could not be tidied: {}", e.getMostSpecificCause().getMessage());
        }
    }
}
