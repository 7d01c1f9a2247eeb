package io.agentdb.sync.review.conflict;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.memory.listing.PageToken;
import io.agentdb.sync.replica.RevisionJson;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.NodeId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Table {@code conflicts} as people read it. Thread-safe; blocks on the database, in the caller's transaction if there
 * is one.
 */
@Component
public class ConflictArchive {

    private static final String LISTED = "id, kind, record_id, peer_node, strategy, outcome, detected_at, resolved_at,"
            + " resolution, resolved_by";
    private static final String CLOSED_AT = "coalesce(resolved_at, detected_at)";

    private static final String LIST = "conflicts";
    /** What a page may cost, where versions have to be read: of ordinary ones, so many take a quarter of a second. */
    private static final int LOOKED_AT = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** Versions may have megabytes, and one statement cannot be broken off. */
    private static final int STEP = 500;

    private final JdbcClient jdbc;

    public ConflictArchive(JdbcTemplate jdbc) {
        this.jdbc = JdbcClient.create(jdbc);
    }

    public Optional<LoggedConflict> find(long id) {
        return select(id, "");
    }

    /** As {@link #find}, and nobody else closes it until the transaction ends. */
    Optional<LoggedConflict> lock(long id) {
        return select(id, " for update");
    }

    /**
     * Newest first. Where versions have to be read for the filter, no more than {@value #LOOKED_AT} conflicts are
     * looked at, for no longer than a second: a page may then have fewer than {@code limit}, or none, though others
     * follow.
     *
     * @param before where the page before ended; null for the first page
     */
    public ListPage<ConflictRow> list(ConflictFilter filter, int limit, @Nullable Long before) {
        if (!filter.isThorough()) {
            return ListPage.of(select(filter, limit + 1, before), limit, last -> token(last.id()));
        }
        List<ConflictRow> found = new ArrayList<>();
        Long last = before;
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int looked = 0; looked < LOOKED_AT && System.nanoTime() < end; looked += STEP) {
            found.addAll(select(filter, limit + 1 - found.size(), last));
            if (found.size() > limit) {
                return ListPage.of(found, limit, one -> token(one.id()));
            }
            Optional<Long> next = stepped(filter, last);
            if (next.isEmpty()) {
                return new ListPage<>(found, null);
            }
            last = next.get();
        }
        return new ListPage<>(found, last == null ? null : token(last));
    }

    private List<ConflictRow> select(ConflictFilter filter, int limit, @Nullable Long before) {
        Map<String, Object> values = new HashMap<>(filter.quick().values());
        values.putAll(filter.thorough().values());
        return jdbc.sql("select " + LISTED + ", (local ->> 'actor') || ':' || (local ->> 'counter') as ours,"
                + " (remote ->> 'actor') || ':' || (remote ->> 'counter') as theirs from (" + step(filter, before)
                + ") as looked where " + filter.thorough().condition() + " order by id desc limit :limit")
                .params(values).param("before", before).param("limit", limit).query((row, i) -> item(row)).list();
    }

    /** The last one of a step; empty if none are behind it. */
    private Optional<Long> stepped(ConflictFilter filter, @Nullable Long before) {
        return jdbc.sql("select min(id) from (" + step(filter, before) + ") as looked having count(*) = " + STEP)
                .params(filter.quick().values()).param("before", before).query(Long.class).optional();
    }

    /** What is looked at in one statement: without versions to read, all there is. */
    private static String step(ConflictFilter filter, @Nullable Long before) {
        return "select * from conflicts where " + filter.quick().condition()
                + (before == null ? "" : " and id < :before")
                + (filter.isThorough() ? " order by id desc limit " + STEP : "");
    }

    private static String token(long last) {
        return PageToken.of(LIST, Long.toString(last));
    }

    /**
     * The id after which a page begins.
     *
     * @throws io.agentdb.sync.memory.InvalidInput if no page of ours had this token
     */
    public static long after(String token) {
        return PageToken.parse(LIST, 1, parts -> Long.valueOf(parts.get(0)), token);
    }

    /** Per kind, how many conflicts wait for a person. */
    public Map<Kind, Long> open() {
        Map<Kind, Long> open = new LinkedHashMap<>();
        Kind.ALL.forEach(kind -> open.put(kind, 0L));
        jdbc.sql("select kind, count(*) from conflicts where outcome = 'open' group by kind")
                .query((row, i) -> open.put(Kind.named(row.getString(1)).orElseThrow(), row.getLong(2))).list();
        return open;
    }

    void resolve(long id, ConflictOutcome outcome, String resolution, @Nullable String by, Revision result) {
        jdbc.sql("""
                update conflicts set outcome = :outcome, resolution = :resolution, resolved_by = :by,
                    resolved_at = now(), result = :result::jsonb where id = :id
                """).param("outcome", outcome.label()).param("resolution", resolution).param("by", by)
                .param("result", RevisionJson.of(result)).param("id", id).update();
    }

    /**
     * Puts a conflict back to what it was before a decision that is taken back.
     *
     * @param result as which version the record is here now
     */
    void reopen(long id, ConflictOutcome outcome, @Nullable Instant resolvedAt, Revision result) {
        jdbc.sql("""
                update conflicts set outcome = :outcome, resolution = null, resolved_by = null, resolved_at = :at,
                    result = :result::jsonb where id = :id
                """).param("outcome", outcome.label())
                .param("at", resolvedAt == null ? null : resolvedAt.atOffset(ZoneOffset.UTC),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param("result", RevisionJson.of(result)).param("id", id).update();
    }

    /**
     * Deletes a batch of closed conflicts: those closed before {@code until}, and those beyond the {@code keep} that
     * were closed last.
     *
     * @return how many; fewer than {@code batch} if none are left
     */
    int prune(Instant until, int keep, int batch) {
        return jdbc.sql("""
                with last as (select %1$s as closed_at, id from conflicts where outcome <> 'open'
                    order by 1 desc, 2 desc offset :keep limit 1)
                delete from conflicts where id in (select c.id from conflicts as c left join last on true
                    where outcome <> 'open' and (%1$s < :until or (%1$s, c.id) <= (last.closed_at, last.id))
                        limit :batch)
                """.formatted(CLOSED_AT)).param("keep", keep).param("until", until.atOffset(ZoneOffset.UTC))
                .param("batch", batch).update();
    }

    private Optional<LoggedConflict> select(long id, String locking) {
        return jdbc.sql("select " + LISTED + ", local::text, remote::text, result::text from conflicts where id = :id"
                + locking)
                .param("id", id).query((row, i) -> logged(row)).optional();
    }

    private static LoggedConflict logged(ResultSet row) throws SQLException {
        Kind kind = Kind.named(row.getString("kind")).orElseThrow();
        ConflictOutcome outcome = ConflictOutcome.labelled(row.getString("outcome")).orElseThrow();
        Revision local = RevisionJson.parse(kind, row.getString("local"));
        Revision remote = RevisionJson.parse(kind, row.getString("remote"));
        String result = row.getString("result");
        Revision last = result != null ? RevisionJson.parse(kind, result)
                : outcome == ConflictOutcome.LOCAL ? local : outcome == ConflictOutcome.REMOTE ? remote : null;
        boolean open = outcome == ConflictOutcome.OPEN;
        return new LoggedConflict(row.getLong("id"), kind, row.getObject("record_id", UUID.class),
                new NodeId(row.getString("peer_node")), row.getString("strategy"), outcome, local, remote,
                open ? null : last, detectedAt(row), resolvedAt(row), row.getString("resolution"),
                row.getString("resolved_by"), open && last != null ? last.version().dot().write() : null);
    }

    private static ConflictRow item(ResultSet row) throws SQLException {
        return new ConflictRow(row.getLong("id"), row.getString("kind"), row.getObject("record_id", UUID.class),
                row.getString("peer_node"), row.getString("strategy"), row.getString("outcome"), row.getString("ours"),
                row.getString("theirs"), detectedAt(row), resolvedAt(row),
                row.getString("resolution"), row.getString("resolved_by"));
    }

    private static Instant detectedAt(ResultSet row) throws SQLException {
        return row.getObject("detected_at", OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant resolvedAt(ResultSet row) throws SQLException {
        OffsetDateTime time = row.getObject("resolved_at", OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
