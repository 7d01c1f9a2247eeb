package io.agentdb.sync.replica.store;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.Planned;
import io.agentdb.sync.postgres.Refused;
import io.agentdb.sync.replica.RevisionRows;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Stores versions as they are, without stamping: COPY of what is new, and COPY into a staging table with one statement
 * behind it for what replaces a version that is here. Calls belong to the caller's transaction, in which
 * {@code agentdb.applying} is on.
 */
final class RevisionWriter {

    private final JdbcTemplate jdbc;
    private final Interference interference;
    private final TombstoneWriter tombstones;

    RevisionWriter(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        this.interference = new Interference(jdbc);
        this.tombstones = new TombstoneWriter(jdbc, interference);
    }

    /** @param via the peer that the versions come from */
    void store(Kind kind, List<Change> changes, Actor via) {
        if (changes.isEmpty()) {
            return;
        }
        Provenance origin = jdbc.queryForObject("select agentdb_xid(), agentdb_me(), " + Interference.exist(kind),
                (row, i) -> new Provenance(row.getLong(1), row.getString(2), via.name(), row.getBoolean(3)),
                Planned.ONCE);
        tombstones.unbury(kind, changes);
        storeLive(kind, changes.stream().filter(change -> !change.revision().deleted()).toList(), origin);
        tombstones.bury(kind, changes.stream().filter(change -> change.revision().deleted()).toList(), origin);
    }

    private void storeLive(Kind kind, List<Change> changes, Provenance origin) {
        insert(kind, changes.stream().filter(Change::fresh).toList(), origin);
        replace(kind, changes.stream().filter(change -> !change.fresh()).toList(), origin);
        tombstones.expectNoGrave(kind, Change.ids(changes, change -> change.replaced() == null));
        if (origin.interfered() && !changes.isEmpty()) {
            stage(kind, changes, origin);
            interference.expectAsStaged(kind);
        }
    }

    /** Straight into the table: through the staging table, a first sync would write every row twice. */
    private void insert(Kind kind, List<Change> changes, Provenance origin) {
        try {
            interference.expect(kind, changes.size(), copy(kind, kind.name(), changes, origin));
        } catch (DuplicateKeyException taken) {
            if (Refused.of(taken).filter(refused -> refused.sameId(kind.name())).isPresent()) {
                // No record to set aside: the next try sees what is there now. By another index, it would be refused
                // for ever.
                throw new RowMoved("some of " + changes.size() + " " + kind + " appeared meanwhile");
            }
            throw taken;
        }
    }

    private void replace(Kind kind, List<Change> changes, Provenance origin) {
        if (!changes.isEmpty()) {
            update(kind, changes, origin, RevisionCopy.columns(kind));
        }
    }

    /**
     * Writes contents anew that mean what they meant: no new versions, so their place in the feed and their origin
     * stay.
     */
    void restate(Kind kind, List<Revision> revisions) {
        update(kind, revisions.stream().map(revision -> new Change(revision, null)).toList(),
                new Provenance(0, "", "", false), RevisionRows.content(kind) + ", unknown_fields");
    }

    private void update(Kind kind, List<Change> changes, Provenance origin, String columns) {
        stage(kind, changes, origin);
        String values = Stream.of(columns.split(", ")).map("s."::concat).collect(Collectors.joining(", "));
        interference.expect(kind, changes.size(), jdbc.update(
                "update %1$s as t set (%2$s) = (%3$s) from staged_%1$s as s where t.id = s.id".formatted(
                        kind, columns, values)));
    }

    private void stage(Kind kind, List<Change> changes, Provenance origin) {
        // Of our columns alone: one that somebody has added may allow no null.
        jdbc.execute("""
                create temporary table if not exists staged_%1$s on commit delete rows as
                    select %2$s from %1$s with no data""".formatted(kind, RevisionCopy.columns(kind)));
        jdbc.execute("delete from staged_" + kind);
        copy(kind, "staged_" + kind, changes, origin);
    }

    private int copy(Kind kind, String table, List<Change> changes, Provenance origin) {
        return changes.isEmpty() ? 0 : jdbc.execute((ConnectionCallback<Integer>) connection ->
                Math.toIntExact(RevisionCopy.copy(connection, kind, table, changes, origin)));
    }
}
