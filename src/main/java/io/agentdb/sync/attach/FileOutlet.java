package io.agentdb.sync.attach;

import io.agentdb.sync.attach.AttachTally.Passed;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.SyncMap.RowEntry;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.FeedPage;
import io.agentdb.sync.replica.feed.Newest;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/** Writes what this node has into the file, as its feed tells it. One thread. */
final class FileOutlet {

    private static final int BYTES = 1 << 20;
    /** What is read again after a kill is found written already, so the place in the feed may be written later. */
    private static final long NOTED_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int WAITING = 500;

    private final OpenFile open;
    private final ChangeFeed feed;
    private final LocalNode node;
    private final NodeRecords records;
    private final Vectors vectors;
    private final RowWriting writing;
    private final int mostDeletes;
    private final AttachTally tally;
    private final Map<Kind, Cursor> cursors = new HashMap<>();
    private final Pace retries;
    private boolean unnoted;
    private long notedAt = System.nanoTime();

    /** One record as it is to be in the file; content is null of one that was deleted. */
    private record Outgoing(UUID id, @Nullable Content content) { }

    FileOutlet(OpenFile open, ChangeFeed feed, LocalNode node, NodeRecords records, Vectors vectors, int mostDeletes,
            AttachTally tally, int share) {
        this.open = open;
        this.feed = feed;
        this.node = node;
        this.records = records;
        this.vectors = vectors;
        this.writing = new RowWriting(open, vectors, tally);
        this.mostDeletes = mostDeletes;
        this.tally = tally;
        this.retries = new Pace(share);
    }

    /**
     * Everything that is new in the feed, and what has waited for its references.
     *
     * @param allowed whether a person has said that more may be deleted than the setting says
     */
    void drain(boolean allowed) throws SQLException, FileStopped {
        Newest newest = feed.newest();
        long deletedBefore = tally.of(Passed.DELETES_OUT);
        for (Kind kind : open.kinds()) {
            for (Cursor at = cursor(kind); newest.isBeyond(at, kind); at = cursor(kind)) {
                FeedPage page = feed.read(kind, at, newest.fence(), Selection.ALL, Reader.ANYONE, FileIntake.BATCH,
                        BYTES);
                long deletes = tally.of(Passed.DELETES_OUT) - deletedBefore
                        + page.revisions().stream().filter(Revision::deleted).count();
                if (deletes > mostDeletes && !allowed && hasRows(kind, page)) {
                    throw new FileStopped("nodes have deleted more than the " + mostDeletes + " records that"
                            + " agentdb.attach[i].max-deletes lets go from it at once: resume the attachment to delete"
                            + " their rows too");
                }
                write(kind, page.revisions().stream().map(one -> new Outgoing(one.id(), one.content())).toList(),
                        page.end());
                if (page.last()) {
                    break;
                }
            }
        }
        if (retries.isDue()) {
            retry();
            retries.done();
        }
        if (unnoted && System.nanoTime() - notedAt > NOTED_NANOS) {
            note();
        }
    }

    private boolean hasRows(Kind kind, FeedPage page) throws SQLException {
        for (Revision one : page.revisions()) {
            if (one.deleted() && writing.isNews(kind, one.id(), null)) {
                return true;
            }
        }
        return false;
    }

    private void write(Kind kind, List<Outgoing> all, @Nullable Cursor end) throws SQLException, FileStopped {
        List<Outgoing> news = new ArrayList<>();
        for (Outgoing one : all) {
            if (writing.isNews(kind, one.id(), one.content())) {
                news.add(one);
            }
        }
        if (!news.isEmpty()) {
            Map<UUID, List<Embedding>> known = vectors.known(FileTable.of(kind).get(0),
                    news.stream().map(Outgoing::id).toList());
            open.file().write(connection -> {
                for (Outgoing one : news) {
                    write(connection, kind, one, known.getOrDefault(one.id(), List.of()));
                }
                if (end != null) {
                    open.map().note(OpenFile.CURSOR + kind, text(end));
                }
                return true;
            });
        }
        if (end != null) {
            unnoted |= news.isEmpty();
            cursors.put(kind, end);
        }
    }

    /** One that AgentDB's tables refuse is held back alone. */
    private void write(Connection connection, Kind kind, Outgoing one, List<Embedding> known) throws SQLException {
        String name = kind + " " + one.id();
        try (Statement savepoint = connection.createStatement()) {
            savepoint.executeUpdate("savepoint one");
            write(savepoint, kind, one, known, name);
        }
    }

    private void write(Statement savepoint, Kind kind, Outgoing one, List<Embedding> known, String name)
            throws SQLException {
        try {
            if (one.content() == null) {
                writing.delete(kind, one.id());
            } else {
                writing.write(kind, one.id(), one.content(), known);
            }
            savepoint.executeUpdate("release one");
            tally.release(name);
        } catch (SQLiteException e) {
            if (!e.getResultCode().name().startsWith("SQLITE_CONSTRAINT")) {
                throw e;
            }
            savepoint.executeUpdate("rollback to one");
            savepoint.executeUpdate("release one");
            tally.hold(name, "the file refuses it: " + e.getMessage());
        }
    }

    /** Edges whose ends had no rows, and records that were deleted in the file while somebody changed them. */
    private void retry() throws SQLException, FileStopped {
        for (FileTable table : open.tables()) {
            List<RowEntry> waiting = open.map().waiting(table, WAITING).stream()
                    .filter(entry -> entry.row() == null || table.kind() == Kind.EDGES).toList();
            Map<UUID, Content> here = records.find(table.kind(), waiting.stream().map(RowEntry::id).toList());
            List<Outgoing> ready = new ArrayList<>();
            for (RowEntry entry : waiting) {
                Content content = here.get(entry.id());
                if (content != null && (table != FileTable.SKILL_LINKS || writing.hasEnds(table, content))) {
                    ready.add(new Outgoing(entry.id(), content));
                }
            }
            for (int i = 0; i < ready.size(); i += FileIntake.BATCH) {
                write(table.kind(), ready.subList(i, Math.min(i + FileIntake.BATCH, ready.size())), null);
            }
        }
    }

    /** How far the feed has been written; from its beginning in a database that is not the one that it was. */
    private Cursor cursor(Kind kind) throws SQLException {
        Actor here = node.actor();
        Cursor at = cursors.get(kind);
        if (at == null) {
            at = open.map().note(OpenFile.CURSOR + kind).map(FileOutlet::cursor).orElse(Cursor.start(here));
        }
        if (!at.feed().equals(here)) {
            at = Cursor.start(here);
        }
        cursors.put(kind, at);
        return at;
    }

    /** Notes down in the file how far it has come. */
    void note() throws SQLException, FileStopped {
        if (unnoted) {
            open.file().write(connection -> {
                for (Map.Entry<Kind, Cursor> at : cursors.entrySet()) {
                    open.map().note(OpenFile.CURSOR + at.getKey(), text(at.getValue()));
                }
                return true;
            });
            unnoted = false;
        }
        notedAt = System.nanoTime();
    }

    private static String text(Cursor cursor) {
        return cursor.feed().name() + " " + cursor.xid() + " " + cursor.id();
    }

    private static Cursor cursor(String text) {
        String[] parts = text.split(" ", 3);
        return new Cursor(new Actor(parts[0]), Long.parseLong(parts[1]), UUID.fromString(parts[2]));
    }
}
