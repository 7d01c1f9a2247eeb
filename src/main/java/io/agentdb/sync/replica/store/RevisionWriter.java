package io.agentdb.sync.replica.store;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.CopyBinary;
import io.agentdb.sync.postgres.Refused;
import io.agentdb.sync.replica.ContextJson;
import io.agentdb.sync.replica.RevisionRows;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Version;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Stores versions as they are, without stamping: COPY of what is new, and COPY into a staging table with one statement
 * behind it for what replaces a version that is here. Calls belong to the caller's transaction, in which
 * {@code agentdb.applying} is on.
 */
final class RevisionWriter {

    private static final List<String> VERSION = List.of("actor", "counter", "xid", "context", "hlc", "feed_xid", "via",
            "choice", "field_hlc", "tallies", "unknown_fields");

    /**
     * The transaction that stores, this node, from which peer the versions come that this node did not write itself,
     * and whether something on the table may interfere.
     */
    private record Provenance(long xid, String me, String peer, boolean interfered) {
        @Nullable String of(Version version) {
            // Told as the peer's, an outcome that was made here would never be sent to it.
            return version.dot().actor().name().equals(me) ? null : peer;
        }
    }

    private final JdbcTemplate jdbc;
    private final Interference interference;

    RevisionWriter(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        this.interference = new Interference(jdbc);
    }

    /** @param via the peer that the versions come from */
    void store(Kind kind, List<Change> changes, Actor via) {
        if (changes.isEmpty()) {
            return;
        }
        Provenance origin = jdbc.queryForObject("select agentdb_xid(), agentdb_me(), " + Interference.exist(kind),
                (row, i) -> new Provenance(row.getLong(1), row.getString(2), via.name(), row.getBoolean(3)));
        unbury(kind, changes);
        storeLive(kind, changes.stream().filter(change -> !change.revision().deleted()).toList(), origin);
        bury(kind, changes.stream().filter(change -> change.revision().deleted()).toList(), origin);
    }

    private void storeLive(Kind kind, List<Change> changes, Provenance origin) {
        insert(kind, changes.stream().filter(Change::fresh).toList(), origin);
        replace(kind, changes.stream().filter(change -> !change.fresh()).toList(), origin);
        expectNoGrave(kind, ids(changes, change -> change.replaced() == null));
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
            update(kind, changes, origin, columns(kind));
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
                    select %2$s from %1$s with no data""".formatted(kind, columns(kind)));
        jdbc.execute("delete from staged_" + kind);
        copy(kind, "staged_" + kind, changes, origin);
    }

    private int copy(Kind kind, String table, List<Change> changes, Provenance origin) {
        return changes.isEmpty() ? 0 : jdbc.execute((ConnectionCallback<Integer>) connection ->
                Math.toIntExact(copy(connection, kind, table, changes, origin)));
    }

    private static long copy(Connection connection, Kind kind, String table, List<Change> changes, Provenance origin)
            throws SQLException {
        String sql = "copy %s (%s) from stdin (format binary)".formatted(table, columns(kind));
        try (CopyBinary copy = new CopyBinary(connection, sql)) {
            for (Change change : changes) {
                requireOwnId(change.revision());
                copy.startRow(1 + VERSION.size() + kind.columns().size());
                copy.writeUuid(change.revision().id());
                Version version = change.revision().version();
                copy.writeText(version.dot().actor().name());
                copy.writeLong(version.dot().counter());
                copy.writeLong(version.dot().xid());
                copy.writeJsonb(ContextJson.json(version.context()));
                copy.writeLong(version.hlc());
                copy.writeLong(origin.xid());
                write(copy, Column.Type.TEXT, origin.of(version));
                copy.writeBoolean(version.choice());
                write(copy, Column.Type.JSON, change.revision().history().fieldTimes());
                write(copy, Column.Type.JSON, change.revision().history().tallies());
                write(copy, Column.Type.TEXT, change.revision().fields().unknown());
                for (int i = 0; i < kind.columns().size(); i++) {
                    write(copy, kind.columns().get(i).type(), change.revision().fields().get(i));
                }
            }
            return copy.finish();
        } catch (IllegalArgumentException unstorable) {
            throw new Transactions.Unstorable(Objects.requireNonNullElse(
                    unstorable.getMessage(), "it cannot be stored"), unstorable);
        }
    }

    /** Under another id, a skill would be there twice, and a local update of it would take it for a rename. */
    private static void requireOwnId(Revision revision) {
        revision.kind().identityOf(revision.fields()).filter(id -> !id.equals(revision.id())).ifPresent(id -> {
            throw new IllegalArgumentException("its content demands the id " + id + ", not " + revision.id());
        });
    }

    @SuppressWarnings("unchecked")
    private static void write(CopyBinary copy, Column.Type type, @Nullable Object value) throws SQLException {
        if (value == null) {
            copy.writeNull();
            return;
        }
        switch (type) {
            case TEXT -> copy.writeText((String) value);
            case JSON -> copy.writeJsonb((String) value);
            case LONG -> copy.writeLong((Long) value);
            case DOUBLE -> copy.writeDouble((Double) value);
            case BOOLEAN -> copy.writeBoolean((Boolean) value);
            case UUID -> copy.writeUuid((UUID) value);
            case TIMESTAMP -> copy.writeTimestamp((Instant) value);
            case TEXT_ARRAY -> copy.writeTextArray((List<String>) value);
            default -> throw new IllegalStateException("unforeseen type " + type);
        }
    }

    /** A live version over a tombstone: the tombstone goes first, because a record is never in both places. */
    private void unbury(Kind kind, List<Change> changes) {
        List<Object[]> ids = changes.stream()
                .filter(change -> !change.revision().deleted() && change.replaced() != null
                        && change.replaced().deleted())
                .map(change -> new Object[] {kind.name(), change.revision().id()}).toList();
        if (!ids.isEmpty()) {
            interference.expect(kind, ids.size(), sum(jdbc.batchUpdate(
                    "delete from tombstones where kind = ? and id = ?", ids)));
        }
    }

    private void bury(Kind kind, List<Change> changes, Provenance origin) {
        if (changes.isEmpty()) {
            return;
        }
        reserve(kind, ids(changes, change -> change.replaced() == null), origin.interfered());
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
        UUID[] here = ids(changes, change -> change.replaced() == null || !change.replaced().deleted());
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
                required.stream().map(RevisionWriter::placeholder).collect(Collectors.joining(", ")));
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
    private void expectNoGrave(Kind kind, UUID[] ids) {
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

    private static UUID[] ids(List<Change> changes, Predicate<Change> which) {
        return changes.stream().filter(which).map(change -> change.revision().id()).toArray(UUID[]::new);
    }

    private static String columns(Kind kind) {
        return Stream.of(Stream.of("id"), VERSION.stream(), kind.columns().stream().map(Column::name))
                .flatMap(names -> names).collect(Collectors.joining(", "));
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
