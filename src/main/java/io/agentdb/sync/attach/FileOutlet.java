package io.agentdb.sync.attach;

import io.agentdb.sync.attach.AttachTally.Passed;
import io.agentdb.sync.attach.OutgoingRows.Outgoing;
import io.agentdb.sync.attach.file.FileStopped;
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
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Writes what this node has into the file, as its feed tells it. One thread. */
final class FileOutlet {

    private static final int BYTES = 1 << 20;
    /** What is read again after a kill is found written already, so the place in the feed may be written later. */
    private static final long NOTED_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final OpenFile open;
    private final ChangeFeed feed;
    private final LocalNode node;
    private final OutgoingRows rows;
    private final int mostDeletes;
    private final AttachTally tally;
    private final Map<Kind, Cursor> cursors = new HashMap<>();
    private final Pace retries;
    private final LongSupplier nanos;
    private long deletedBefore;
    private boolean allowed;
    private boolean unnoted;
    private long notedAt = System.nanoTime();

    /** @param nanos as {@link System#nanoTime} */
    FileOutlet(OpenFile open, ChangeFeed feed, LocalNode node, OutgoingRows rows, int mostDeletes, AttachTally tally,
            int share, LongSupplier nanos) {
        this.open = open;
        this.feed = feed;
        this.node = node;
        this.rows = rows;
        this.mostDeletes = mostDeletes;
        this.tally = tally;
        this.retries = new Pace(share);
        this.nanos = nanos;
        this.deletedBefore = tally.of(Passed.DELETES_OUT);
    }

    /**
     * What is new in the feed, and what has waited; no longer than agents may wait for what they write to come in.
     *
     * @param permission whether a person has said that more may be deleted than the setting says
     * @return whether there is more
     */
    boolean drain(boolean permission) throws SQLException, FileStopped {
        allowed |= permission;
        Newest newest = feed.newest();
        long begun = nanos.getAsLong();
        for (Kind kind : open.kinds()) {
            while (newest.isBeyond(cursor(kind), kind)) {
                if (nanos.getAsLong() - begun > LONGEST_NANOS) {
                    return true;
                }
                if (write(kind, newest)) {
                    break;
                }
            }
        }
        // What goes at once is what goes without a pause.
        deletedBefore = tally.of(Passed.DELETES_OUT);
        allowed = false;
        if (retries.isDue()) {
            rows.retry();
            retries.done();
        }
        if (unnoted && System.nanoTime() - notedAt > NOTED_NANOS) {
            note();
        }
        return false;
    }

    /** @return whether this was the last page */
    private boolean write(Kind kind, Newest newest) throws SQLException, FileStopped {
        FeedPage page = feed.read(kind, cursor(kind), newest.fence(), Selection.ALL, Reader.ANYONE, FileIntake.BATCH,
                BYTES);
        List<Outgoing> news = rows.news(kind, page.revisions().stream()
                .map(one -> new Outgoing(one.id(), one.content())).toList());
        long deletes = tally.of(Passed.DELETES_OUT) - deletedBefore
                + page.revisions().stream().filter(Revision::deleted).count();
        if (deletes > mostDeletes && !allowed && news.stream().anyMatch(one -> one.content() == null)) {
            throw new FileStopped("nodes have deleted more than the " + mostDeletes + " records that"
                    + " agentdb.attach[i].max-deletes lets go from it at once: resume the attachment to delete"
                    + " their rows too");
        }
        if (news.isEmpty()) {
            unnoted = true;
        } else {
            rows.write(kind, news, Map.of(OpenFile.CURSOR + kind, text(page.end())));
        }
        cursors.put(kind, page.end());
        return page.last();
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
