package io.agentdb.sync.attach.file;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The two tables that this node keeps in the file: which row is which record, and how far its feed was written here.
 * They are in the file, so that they are committed with the rows that they are about. One thread.
 */
public final class SyncMap {

    /**
     * What a record's row lacks: the vector that the node is to make, the rows at an edge's ends, or its turn, where
     * the file has refused what the record says, or the agent's own row was in the way. The file has their numbers.
     */
    public enum Waits { NOTHING, VECTOR, ENDS, TURN }

    /**
     * @param row null of a record that has no row here: the agent has deleted it, and keeps that to itself, or it waits
     * @param print what both sides agreed on last
     * @param embedded whether its vector is known to be there
     * @param agreed names this agreement; 0 of an entry that is to be put
     */
    public record RowEntry(UUID id, @Nullable Long row, Print print, boolean embedded, Waits waits, long agreed) {

        public RowEntry(UUID id, @Nullable Long row, Print print, boolean embedded, Waits waits) {
            this(id, row, print, embedded, waits, 0);
        }
    }

    private static final List<String> TABLES = List.of(
            "create table if not exists agentdb_sync_meta (key text primary key, value text not null) without rowid",
            """
            create table if not exists agentdb_sync_map (kind text not null, uuid text not null, row integer,
                print blob not null, embedded integer not null, waits integer not null, agreed integer not null,
                primary key (kind, uuid)) without rowid""",
            "create unique index if not exists agentdb_sync_map_row on agentdb_sync_map (kind, row)",
            // Few, and asked for in each round.
            "create index if not exists agentdb_sync_map_waits on agentdb_sync_map (kind, uuid)"
                    + " where waits > 1",
            "create index if not exists agentdb_sync_map_bare on agentdb_sync_map (kind, row) where not embedded");

    private static final List<Waits> WAITS = List.of(Waits.values());

    private final Connection connection;

    public SyncMap(Connection connection) {
        this.connection = connection;
    }

    /** In a transaction of the caller's. */
    public void create() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.executeUpdate(table);
            }
        }
    }

    public Optional<String> note(String key) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select value from agentdb_sync_meta where key = ?")) {
            query.setString(1, key);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    public void note(String key, String value) throws SQLException {
        update("insert into agentdb_sync_meta (key, value) values (?, ?)"
                + " on conflict (key) do update set value = excluded.value", key, value);
    }

    public void forgetNotes(String prefix) throws SQLException {
        update("delete from agentdb_sync_meta where substr(key, 1, length(?)) = ?", prefix, prefix);
    }

    public Optional<RowEntry> find(FileTable table, UUID id) throws SQLException {
        return entries(table, " and uuid = ?", id.toString()).stream().findFirst();
    }

    /** Those of these rows that have one. */
    public Map<Long, RowEntry> find(FileTable table, Collection<Long> rows) throws SQLException {
        Map<Long, RowEntry> found = new LinkedHashMap<>();
        for (RowEntry entry : entries(table, " and row in (" + rows.stream().map(String::valueOf)
                .collect(Collectors.joining(",")) + ")")) {
            if (entry.row() != null) {
                found.put(entry.row(), entry);
            }
        }
        return found;
    }

    /** Records that wait for the rows at their ends, or for their turn, in the order of their ids. */
    public List<RowEntry> waiting(FileTable table, String after, int most) throws SQLException {
        return entries(table, " and waits > 1 and uuid > ? order by uuid limit ?", after, most);
    }

    /** Records whose rows are gone: somebody has deleted them. */
    public List<RowEntry> withoutRow(FileTable table, int most) throws SQLException {
        return entries(table, " and row is not null and not exists (select 1 from " + table.table()
                + " t where t.id = m.row) limit ?", most);
    }

    /** Rows whose vector was not there when they were last looked at. */
    public List<RowEntry> withoutVector(FileTable table, long after, int most) throws SQLException {
        return entries(table, " and row > ? and not embedded order by row limit ?", after, most);
    }

    public List<RowEntry> page(FileTable table, long after, int most) throws SQLException {
        return entries(table, " and row > ? order by row limit ?", after, most);
    }

    /** What both sides agree on from now on. */
    public void put(FileTable table, RowEntry entry) throws SQLException {
        // Any number that no other agreement has: a count from 1 would begin anew where a record comes back.
        update("""
                insert into agentdb_sync_map (kind, uuid, row, print, embedded, waits, agreed)
                values (?, ?, ?, ?, ?, ?, random())
                on conflict (kind, uuid) do update set row = excluded.row, print = excluded.print,
                    embedded = excluded.embedded, waits = excluded.waits, agreed = excluded.agreed""",
                table.table(), entry.id().toString(), entry.row(), entry.print().bytes(), entry.embedded(),
                entry.waits().ordinal());
    }

    /** What a record's row lacks now; the agreement stays. */
    public void mark(FileTable table, UUID id, Waits waits) throws SQLException {
        update("update agentdb_sync_map set waits = ? where kind = ? and uuid = ?", waits.ordinal(), table.table(),
                id.toString());
    }

    /** Its vector is there; the agreement stays. */
    public void embedded(FileTable table, UUID id) throws SQLException {
        update("update agentdb_sync_map set embedded = 1, waits = case waits when ? then 0 else waits end"
                + " where kind = ? and uuid = ?", Waits.VECTOR.ordinal(), table.table(), id.toString());
    }

    /** A record's row is another's now, so that this one's is gone: its number becomes one that no row has. */
    public void lose(FileTable table, UUID id) throws SQLException {
        update("update agentdb_sync_map set row = (select min(0, min(row)) - 1 from agentdb_sync_map where kind = ?)"
                + " where kind = ? and uuid = ?", table.table(), table.table(), id.toString());
    }

    /** A record has another row now; the agreement stays. */
    public void move(FileTable table, UUID id, long row) throws SQLException {
        update("update agentdb_sync_map set row = ?, embedded = 0 where kind = ? and uuid = ?", row, table.table(),
                id.toString());
    }

    /** Whether an entry is still what both sides have agreed on last. */
    public boolean isCurrent(FileTable table, RowEntry entry) throws SQLException {
        return find(table, entry.id()).filter(now -> now.agreed() == entry.agreed()).isPresent();
    }

    public void remove(FileTable table, UUID id) throws SQLException {
        update("delete from agentdb_sync_map where kind = ? and uuid = ?", table.table(), id.toString());
    }

    private List<RowEntry> entries(FileTable table, String condition, Object... values) throws SQLException {
        List<RowEntry> entries = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "select uuid, row, print, embedded, waits, agreed from agentdb_sync_map m where kind = ?"
                        + condition)) {
            query.setString(1, table.table());
            for (int i = 0; i < values.length; i++) {
                query.setObject(i + 2, values[i]);
            }
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    long number = row.getLong(2);
                    @Nullable Long known = row.wasNull() ? null : number;
                    entries.add(new RowEntry(UUID.fromString(row.getString(1)), known,
                            Print.stored(table, row.getBytes(3)), row.getBoolean(4),
                            WAITS.get(row.getInt(5)), row.getLong(6)));
                }
            }
        }
        return entries;
    }

    private void update(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                update.setObject(i + 1, values[i]);
            }
            update.executeUpdate();
        }
    }
}
