package io.agentdb.sync.replica.feed;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.Planned;
import io.agentdb.sync.replica.RevisionRows;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The feed as SQL. Every call is a short transaction of its own, so that a slow reader holds neither a connection nor a
 * snapshot between pages.
 */
public final class PostgresFeed implements ChangeFeed {

    /** Rows of a page's first round trip: with records of 4 MiB this is what it holds at most beyond its bound. */
    private static final int FETCH = 16;
    /** Rows of one that follows, at most. */
    private static final int MOST = 500;

    /** To PostgreSQL's driver: results in binary, from a statement's first execution on. */
    private static final int BINARY = -1;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    public PostgresFeed(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    @Override
    public long fence() {
        return jdbc.queryForObject("select agentdb_fence()", (row, i) -> row.getLong(1), Planned.ONCE);
    }

    @Override
    public Newest newest() {
        return jdbc.queryForObject(Newest.SQL, (row, i) -> Newest.of(row));
    }

    @Override
    public long horizon() {
        return jdbc.queryForObject("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint",
                (row, i) -> row.getLong(1), Planned.ONCE);
    }

    @Override
    public FeedPage read(Kind kind, Cursor after, long fence, Selection selection, Reader reader, int records,
            int bytes) {
        FeedQuery live = FeedQuery.live(kind, after, fence, selection, reader);
        FeedQuery dead = FeedQuery.tombstones(kind, after, fence, selection, reader);
        String sql = """
                (select %1$s, false as deleted, %2$s from %3$s where %4$s order by feed_xid, id limit ?)
                union all
                (select %1$s, true, %5$s from tombstones where %6$s order by feed_xid, id limit ?)
                order by feed_xid, id limit ?
                """.formatted(RevisionRows.VERSION, RevisionRows.whole(kind), kind.name(), live.where(),
                        RevisionRows.nothing(),
                dead.where());
        List<Object> arguments = new ArrayList<>(live.arguments());
        arguments.add(records);
        arguments.addAll(dead.arguments());
        arguments.add(records);
        arguments.add(records);
        ResultSetExtractor<FeedPage> page = rows -> page(kind, rows, after.feed(), fence, records, bytes);
        return transaction.execute(status -> jdbc.query(connection -> {
            var statement = connection.prepareStatement(sql);
            statement.setFetchSize(FETCH);
            // Else the first rows would come as text, contents as hexadecimal digits.
            statement.unwrap(PGStatement.class).setPrepareThreshold(BINARY);
            for (int i = 0; i < arguments.size(); i++) {
                statement.setObject(i + 1, arguments.get(i));
            }
            return statement;
        }, page));
    }

    @Override
    public long count(Kind kind, Cursor after, long fence, Selection selection, Reader reader) {
        FeedQuery live = FeedQuery.live(kind, after, fence, selection, reader);
        FeedQuery dead = FeedQuery.tombstones(kind, after, fence, selection, reader);
        List<Object> arguments = new ArrayList<>(live.arguments());
        arguments.addAll(dead.arguments());
        return jdbc.queryForObject(
                "select (select count(*) from %s where %s) + (select count(*) from tombstones where %s)"
                .formatted(kind.name(), live.where(), dead.where()), (row, i) -> row.getLong(1), arguments.toArray());
    }

    @Override
    public Map<Kind, Set<Actor>> seenAbove(Collection<Kind> kinds, long fence) {
        // A new record has no history and has seen its own write only; of ours, the fence itself says enough.
        String sql = kinds.stream().map(kind -> """
                select '%1$s' as kind, jsonb_object_keys(context) as actor from %1$s
                where feed_xid >= ? and (via is not null or field_hlc is not null
                    or (select count(*) > 1 from jsonb_object_keys(context)))
                union
                select kind, jsonb_object_keys(context) from tombstones where kind = '%1$s' and feed_xid >= ?
                """.formatted(kind.name())).collect(Collectors.joining("union\n"));
        Map<Kind, Set<Actor>> seen = new HashMap<>();
        jdbc.query(sql, (RowCallbackHandler) row -> seen
                .computeIfAbsent(Kind.named(row.getString(1)).orElseThrow(), kind -> new HashSet<>())
                .add(new Actor(row.getString(2))), Collections.nCopies(2 * kinds.size(), fence).toArray());
        return seen;
    }

    @Override
    public List<Claim> known(Kind kind, @Nullable UUID after, long fence, Reader reader, int records) {
        FeedQuery known = FeedQuery.known(after, fence, reader);
        List<Object> arguments = new ArrayList<>(known.arguments());
        arguments.add(records);
        return jdbc.query("select id, actor, counter, xid from %s where %s order by id limit ?".formatted(
                kind, known.where()),
                (row, i) -> new Claim(row.getObject(1, UUID.class),
                        new Dot(new Actor(row.getString(2)), row.getLong(3), row.getLong(4))),
                arguments.toArray());
    }

    /**
     * Rows to fetch next, if they are as large as those so far: one too many costs a read, one too few a round trip.
     */
    private static int untilFull(int rows, long size, int bytes) {
        return (int) Math.max(1, Math.min((bytes - size) * rows / size + 1, MOST));
    }

    private static FeedPage page(Kind kind, ResultSet rows, Actor feed, long fence, int records, int bytes)
            throws SQLException {
        List<Revision> revisions = new ArrayList<>();
        List<Cursor> cursors = new ArrayList<>();
        long size = 0;
        while (size < bytes && rows.next()) {
            Revision revision = RevisionRows.revision(kind, rows);
            revisions.add(revision);
            size += revision.size();
            cursors.add(new Cursor(feed, rows.getLong("feed_xid"), revision.id()));
            rows.setFetchSize(untilFull(revisions.size(), size, bytes));
        }
        boolean last = size < bytes && revisions.size() < records;
        return new FeedPage(revisions, cursors, last ? Cursor.below(feed, fence) : cursors.get(cursors.size() - 1),
                last);
    }
}
