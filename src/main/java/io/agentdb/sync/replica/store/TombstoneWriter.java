package io.agentdb.sync.replica.store;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.ContextJson;
import io.agentdb.sync.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Puts tombstones in the places of records, and takes them away. A record is in its table or among the tombstones,
 * never in both, and nothing in Postgres makes the two notice each other: so each step says what it expects to find.
 * Calls belong to the caller's transaction.
 */
final class TombstoneWriter {

    private final JdbcTemplate jdbc;
    private final Interference interference;

    TombstoneWriter(JdbcTemplate jdbc, Interference interference) {
        this.jdbc = jdbc;
        this.interference = interference;
    }

    /** A live version over a tombstone: the tombstone goes first, because a record is never in both places. */
    void unbury(Kind kind, List<Change> changes) {
        List<Object[]> ids = changes.stream()
                .filter(change -> !change.revision().deleted() && change.replaced() != null
                        && change.replaced().deleted())
                .map(change -> new Object[] {kind.name(), change.revision().id()}).toList();
        if (!ids.isEmpty()) {
            interference.expect(kind, ids.size(), sum(jdbc.batchUpdate(
                    "delete from tombstones where kind = ? and id = ?", ids)));
        }
    }

    void bury(Kind kind, List<Change> changes, Provenance origin) {
        if (changes.isEmpty()) {
            return;
        }
        reserve(kind, Change.ids(changes, change -> change.replaced() == null), origin.interfered());
        List<Object[]> rows = new ArrayList<>();
        for (Change change : changes) {
            Version version = change.revision().version();
            rows.add(new Object[] {kind.name(), change.revision().id(), version.dot().actor().name(),
                version.dot().counter(), version.dot().xid(), ContextJson.json(version.context()), version.hlc(),
                origin.xid(), origin.of(version), version.choice()});
        }
        interference.expect(kind, rows.size(), sum(jdbc.batchUpdate("""
                insert into tombstones (kind, id, actor, counter, xid, context, hlc, feed_xid, via, choice)
                values (?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?)
                on conflict (kind, id) do update set actor = excluded.actor, counter = excluded.counter,
                    xid = excluded.xid, context = excluded.context, hlc = excluded.hlc, feed_xid = excluded.feed_xid,
                    via = excluded.via, choice = excluded.choice
                """, rows)));
        // The tombstones first: a trigger that writes a deleted record again takes its tombstone over.
        UUID[] here = Change.ids(changes, change -> change.replaced() == null || !change.replaced().deleted());
        interference.expect(kind, here.length, jdbc.update(
                "delete from " + kind + " where id = any (?)", (Object) here));
    }

    /**
     * Takes the ids of records that were never here. A tombstone and a local insert of the same record would otherwise
     * not notice each other, being in different tables; so the id's entry in the kind's own index serves as the
     * record's lock.
     */
    private void reserve(Kind kind, UUID[] ids, boolean interfered) {
        if (ids.length == 0) {
            return;
        }
        List<Column> required = kind.columns().stream().filter(Column::required).toList();
        String sql = """
                insert into %s (id, %s, actor, counter, xid, context, hlc, feed_xid)
                select id, %s, '', 0, 0, '{}', 0, 0 from unnest(?) as id order by id on conflict (id) do nothing
                """.formatted(kind, required.stream().map(Column::name).collect(Collectors.joining(", ")),
                required.stream().map(TombstoneWriter::placeholder).collect(Collectors.joining(", ")));
        int taken = jdbc.update(sql, (Object) ids);
        // Those that appeared meanwhile are there by now; the others were dropped.
        if (taken != ids.length && interfered) {
            interference.expect(kind, ids.length, jdbc.queryForObject(
                    "select count(*) from " + kind + " where id = any (?)",
                    (row, i) -> row.getInt(1), (Object) ids));
        }
        expect(kind, ids.length, taken);
        expectNoGrave(kind, ids);
    }

    /**
     * Another applier may have buried a record just before ours took its id: the insert waited for it, but does not see
     * it.
     */
    void expectNoGrave(Kind kind, UUID[] ids) {
        if (ids.length > 0) {
            expect(kind, 0, jdbc.queryForObject("select count(*) from tombstones where kind = ? and id = any (?)",
                    (row, i) -> row.getInt(1), kind.name(), ids));
        }
    }

    private static String placeholder(Column column) {
        return switch (column.type()) {
            case TEXT -> "'-'";
            case LONG, DOUBLE -> "0";
            case BOOLEAN -> "false";
            case TIMESTAMP -> "now()";
            case JSON -> "'{}'";
            case TEXT_ARRAY -> "'{}'";
            case UUID -> "id";
        };
    }

    private static int sum(int[] counts) {
        return IntStream.of(counts).sum();
    }

    private static void expect(Kind kind, long expected, int stored) {
        if (stored != expected) {
            throw new RowMoved(Math.abs(expected - stored) + " " + kind + " appeared meanwhile");
        }
    }
}
