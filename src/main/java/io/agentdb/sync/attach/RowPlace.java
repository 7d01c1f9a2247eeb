package io.agentdb.sync.attach;

import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.SyncMap;
import io.agentdb.sync.attach.file.SyncMap.RowEntry;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.store.CausalEdges;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a record's row belongs in a file, and to which rows it refers there. One thread. */
final class RowPlace {

    private static final String SKILL = "skill";
    private static final String EPISODE = "episode";

    /**
     * @param ends the row numbers of an edge's ends; 0 of one that has no row
     * @param complete whether each end that is a record has its row
     */
    record Ends(long[] ends, boolean complete) { }

    private final SyncMap map;

    RowPlace(SyncMap map) {
        this.map = map;
    }

    /** What the map knows of a record, in whichever table. */
    Optional<TableEntry> known(Kind kind, UUID id) throws SQLException {
        for (FileTable table : FileTable.of(kind)) {
            Optional<RowEntry> entry = map.find(table, id);
            if (entry.isPresent()) {
                return Optional.of(new TableEntry(table, entry.get()));
            }
        }
        return Optional.empty();
    }

    /** An entry, and of which table. */
    record TableEntry(FileTable table, RowEntry entry) { }

    /** The table that has a place for such a record; AgentDB has none for an edge that is neither. */
    static Optional<FileTable> table(Kind kind, Content content) {
        if (kind == Kind.EPISODES) {
            return Optional.of(FileTable.EPISODES);
        }
        if (kind == Kind.SKILLS) {
            return Optional.of(FileTable.SKILLS);
        }
        if (CausalEdges.CAUSAL.equals(value(kind, content, "relationship"))) {
            return Optional.of(FileTable.CAUSAL_EDGES);
        }
        return SKILL.equals(value(kind, content, "from_type")) && SKILL.equals(value(kind, content, "to_type"))
                ? Optional.of(FileTable.SKILL_LINKS) : Optional.empty();
    }

    Ends ends(FileTable table, Content content) throws SQLException {
        if (table.kind() != Kind.EDGES) {
            return new Ends(new long[2], true);
        }
        long from = end(content, "from");
        long to = end(content, "to");
        return new Ends(new long[] {from, to}, (from != 0 || !isRecord(content, "from"))
                && (to != 0 || !isRecord(content, "to")));
    }

    private long end(Content content, String end) throws SQLException {
        Object type = value(Kind.EDGES, content, end + "_type");
        if (!isRecord(content, end)) {
            return 0;
        }
        if (!(value(Kind.EDGES, content, end + "_id") instanceof UUID id)) {
            return 0;
        }
        Long row = map.find(SKILL.equals(type) ? FileTable.SKILLS : FileTable.EPISODES, id).map(RowEntry::row)
                .orElse(null);
        return row == null ? 0 : row;
    }

    private static boolean isRecord(Content content, String end) {
        Object type = value(Kind.EDGES, content, end + "_type");
        return SKILL.equals(type) || EPISODE.equals(type);
    }

    private static @Nullable Object value(Kind kind, Content content, String column) {
        return content.get(kind.indexOf(column));
    }
}
