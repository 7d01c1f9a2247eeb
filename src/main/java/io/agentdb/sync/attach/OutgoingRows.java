package io.agentdb.sync.attach;

import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.SyncMap.RowEntry;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/** Writes records into the file, as they are told or once nothing is in their way any more. One thread. */
final class OutgoingRows {

    private static final int PAGE = 500;

    private final OpenFile open;
    private final NodeRecords records;
    private final Vectors vectors;
    private final RowWriting writing;
    private final AttachTally tally;
    /** The last of those that were tried again: among many that wait, each has its turn. */
    private final Map<FileTable, String> tried = new EnumMap<>(FileTable.class);

    /** One record as it is to be in the file; content is null of one that was deleted. */
    record Outgoing(UUID id, @Nullable Content content) { }

    OutgoingRows(OpenFile open, NodeRecords records, Vectors vectors, AttachTally tally) {
        this.open = open;
        this.records = records;
        this.vectors = vectors;
        this.writing = new RowWriting(open, vectors, tally);
        this.tally = tally;
    }

    /** Those that the file does not have like that. */
    List<Outgoing> news(Kind kind, List<Outgoing> all) throws SQLException {
        List<Outgoing> news = new ArrayList<>();
        for (Outgoing one : all) {
            if (writing.isNews(kind, one.id(), one.content())) {
                news.add(one);
            }
        }
        return news;
    }

    /**
     * In one transaction.
     *
     * @param note what the transaction notes as well
     */
    void write(Kind kind, List<Outgoing> news, Map<String, String> note) throws SQLException, FileStopped {
        Map<UUID, List<Embedding>> known = vectors.known(FileTable.of(kind).get(0),
                news.stream().map(Outgoing::id).toList());
        open.file().write(connection -> {
            for (Outgoing one : news) {
                write(connection, kind, one, known.getOrDefault(one.id(), List.of()));
            }
            for (Map.Entry<String, String> one : note.entrySet()) {
                open.map().note(one.getKey(), one.getValue());
            }
            return true;
        });
    }

    /** One that AgentDB's tables refuse is held back alone. */
    private void write(Connection connection, Kind kind, Outgoing one, List<Embedding> known) throws SQLException {
        try (Statement savepoint = connection.createStatement()) {
            savepoint.executeUpdate("savepoint one");
            try {
                if (one.content() == null) {
                    writing.delete(kind, one.id());
                } else {
                    writing.write(kind, one.id(), one.content(), known);
                }
                savepoint.executeUpdate("release one");
                tally.release(name(kind, one.id()));
            } catch (SQLiteException e) {
                if (!e.getResultCode().name().startsWith("SQLITE_CONSTRAINT")) {
                    throw e;
                }
                savepoint.executeUpdate("rollback to one");
                savepoint.executeUpdate("release one");
                writing.refused(kind, one.id(), one.content());
                tally.hold(name(kind, one.id()), "the file refuses it: " + e.getMessage());
            }
        }
    }

    private static String name(Kind kind, UUID id) {
        return kind + " " + id;
    }

    /** Edges whose ends had no rows, and what the agent's own rows or the file's rules were in the way of. */
    void retry() throws SQLException, FileStopped {
        for (FileTable table : open.tables()) {
            List<RowEntry> page = open.map().waiting(table, tried.getOrDefault(table, ""), PAGE);
            List<RowEntry> waiting = page.stream().filter(entry -> !tally.holds(name(table.kind(), entry.id())))
                    .toList();
            Map<UUID, Content> here = records.find(table.kind(), waiting.stream().map(RowEntry::id).toList());
            List<Outgoing> ready = new ArrayList<>();
            for (RowEntry entry : waiting) {
                Content content = here.get(entry.id());
                if (writing.isNews(table.kind(), entry.id(), content) && writing.hasTurn(table, entry, content)) {
                    ready.add(new Outgoing(entry.id(), content));
                }
            }
            for (int i = 0; i < ready.size(); i += FileIntake.BATCH) {
                write(table.kind(), ready.subList(i, Math.min(i + FileIntake.BATCH, ready.size())), Map.of());
            }
            tried.put(table, page.size() < PAGE ? "" : page.get(PAGE - 1).id().toString());
        }
    }
}
