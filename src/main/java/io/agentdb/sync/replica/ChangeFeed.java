package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * This node's records in the order in which they became safe to read, (feed_xid, id), tombstones included.
 *
 * <p>Reads stop below the oldest open transaction; otherwise a late commit would appear behind a reader that has passed it, and be
 * skipped for ever. The fence is taken before the rows, never after. Thread-safe; every call is a short transaction
 * of its own, so that a slow reader holds neither a connection nor a snapshot between pages.
 */
public final class ChangeFeed {

    /** Rows per round trip: with records of 4 MiB this is what a page holds at most beyond its bound. */
    private static final int FETCH = 16;
    /** What a version takes besides its content. */
    private static final int OVERHEAD = 100;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    public ChangeFeed(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** Every transaction with a lower id has ended. */
    public long fence() {
        return jdbc.queryForObject("select agentdb_fence()", Long.class);
    }

    /** The next transaction id of the cluster; a cursor at or above it comes from another future. */
    public long horizon() {
        return jdbc.queryForObject("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint", Long.class);
    }

    /**
     * The records after {@code after} and below {@code fence}: at most {@code records}, and about {@code bytes} of content, but at
     * least one if there is one.
     *
     * @param reader whose own records are left out; null for none
     */
    public Page read(Kind kind, Cursor after, long fence, Selection selection, Actor reader, int records, int bytes) {
        FeedQuery live = FeedQuery.live(kind, after, fence, selection, reader);
        FeedQuery dead = FeedQuery.tombstones(kind, after, fence, selection, reader);
        String sql = """
                (select %1$s, false as deleted, %2$s from %3$s where %4$s order by feed_xid, id limit ?)
                union all
                (select %1$s, true, %5$s from tombstones where %6$s order by feed_xid, id limit ?)
                order by feed_xid, id limit ?
                """.formatted(Rows.VERSION, Rows.content(kind), kind.name(), live.where(), Rows.noContent(kind),
                dead.where());
        List<Object> arguments = new ArrayList<>(live.arguments());
        arguments.add(records);
        arguments.addAll(dead.arguments());
        arguments.add(records);
        arguments.add(records);
        ResultSetExtractor<Page> page = rows -> page(kind, rows, after.feed(), fence, records, bytes);
        return transaction.execute(status -> jdbc.query(connection -> {
            var statement = connection.prepareStatement(sql);
            statement.setFetchSize(FETCH);
            for (int i = 0; i < arguments.size(); i++) {
                statement.setObject(i + 1, arguments.get(i));
            }
            return statement;
        }, page));
    }

    /** How many records lie after {@code after} and below {@code fence}. */
    public long count(Kind kind, Cursor after, long fence, Selection selection, Actor reader) {
        FeedQuery live = FeedQuery.live(kind, after, fence, selection, reader);
        FeedQuery dead = FeedQuery.tombstones(kind, after, fence, selection, reader);
        List<Object> arguments = new ArrayList<>(live.arguments());
        arguments.addAll(dead.arguments());
        return jdbc.queryForObject("select (select count(*) from %s where %s) + (select count(*) from tombstones where %s)"
                .formatted(kind.name(), live.where(), dead.where()), Long.class, arguments.toArray());
    }

    private static Page page(Kind kind, ResultSet rows, Actor feed, long fence, int records, int bytes)
            throws SQLException {
        List<Revision> revisions = new ArrayList<>();
        List<Cursor> cursors = new ArrayList<>();
        long size = 0;
        while (size < bytes && rows.next()) {
            Revision revision = Rows.revision(kind, rows);
            revisions.add(revision);
            size += OVERHEAD + (revision.deleted() ? 0 : revision.content().size());
            cursors.add(new Cursor(feed, rows.getLong("feed_xid"), revision.id()));
        }
        boolean last = size < bytes && revisions.size() < records;
        return new Page(revisions, cursors, last ? Cursor.below(feed, fence) : cursors.get(cursors.size() - 1), last);
    }
}
