package io.agentdb.sync.review.quarantine;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.replica.RevisionJson;
import io.agentdb.sync.replica.StorableReason;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.review.quarantine.Quarantined.QuarantineKey;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import io.agentdb.sync.version.Write;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Table {@code quarantine} as people and retries see it: without what was given up. Thread-safe; blocks on the
 * database. Calls belong to the caller's transaction, if there is one.
 */
public final class QuarantineTable {

    /** A record that is tried now; locked until the transaction ends. */
    record Locked(BatchOrigin source, String revision) { }

    /** A record to try, and how often it had been tried when it was chosen. */
    public record Candidate(QuarantineKey key, int attempts) { }

    private static final String KEY = "kind, id, actor, counter";
    private static final String LISTED = KEY + ", peer_node, code, reason, first_at, last_at, attempts, next_try";
    private static final String ONE =
            " where kind = :kind and id = :id and actor = :actor and counter = :counter and given_up_at is null";

    private final JdbcClient jdbc;

    public QuarantineTable(JdbcTemplate jdbc) {
        this.jdbc = JdbcClient.create(jdbc);
    }

    /**
     * Newest first.
     *
     * @param before where the page before ended; null for the first page
     */
    public ListPage<Quarantined> list(Filter filter, @Nullable QuarantinePlace before, int limit) {
        JdbcClient.StatementSpec select = jdbc.sql("select " + LISTED
                + " from quarantine where given_up_at is null and " + filter.condition()
                + (before == null ? "" : " and (first_at, " + KEY
                        + ") < (:firstAt, :beforeKind, :beforeId, :beforeActor, :beforeCounter)")
                + " order by first_at desc, kind desc, id desc, actor desc, counter desc limit :limit")
                .params(filter.values()).param("limit", limit + 1);
        List<Quarantined> read = (before == null ? select
                : select.param("firstAt", before.firstAt().atOffset(ZoneOffset.UTC))
                .param("beforeKind", before.key().kind().name()).param("beforeId", before.key().id())
                .param("beforeActor", before.key().write().actor().name())
                        .param("beforeCounter", before.key().write().counter()))
                .query((row, i) -> quarantined(row)).list();
        return ListPage.of(read, limit, QuarantinePlace::after);
    }

    public Optional<Quarantined> find(QuarantineKey key) {
        return one("select " + LISTED + " from quarantine" + ONE, key).query((row, i) -> quarantined(row)).optional();
    }

    public Optional<Revision> revision(QuarantineKey key) {
        return one("select revision::text from quarantine" + ONE, key).query(String.class).optional()
                .map(json -> RevisionJson.parse(key.kind(), json));
    }

    /**
     * Those whose time has come, the most overdue first. None waits for more than a day: a later time is one of a clock
     * that was ahead.
     */
    public List<Candidate> due(int limit) {
        return candidates("(next_try <= now() or next_try > now() + interval '1 day')", "next_try", limit);
    }

    /** All of them, the least lately tried first, so that asking again and again comes to each. */
    public List<Candidate> any(int limit) {
        return candidates("true", "last_at", limit);
    }

    /**
     * A person does not want the record.
     *
     * @return whether it was there
     */
    public boolean giveUp(QuarantineKey key) {
        return one("update quarantine set given_up_at = now()" + ONE, key).update() > 0;
    }

    /**
     * Removes what came another way: the record's version here knows the one that was set aside. What somebody is just
     * trying is left to them.
     *
     * @return how many
     */
    public int sweep() {
        int swept = 0;
        for (Kind kind : Kind.ALL) {
            for (String here : List.of(kind.name(), "(select * from tombstones where kind = :kind)")) {
                swept += jdbc.sql("""
                        delete from quarantine where (%1$s) in (
                            select q.kind, q.id, q.actor, q.counter from quarantine q join %2$s t on t.id = q.id
                            where q.kind = :kind and (t.context ->> q.actor)::bigint >= q.counter
                            for update of q skip locked)
                        """.formatted(KEY, here)).param("kind", kind.name()).update();
            }
        }
        return swept;
    }

    /** How many of each kind, also of those kinds that have none. */
    public Map<Kind, Long> counts() {
        Map<String, Long> found = new HashMap<>();
        jdbc.sql("select kind, count(*) from quarantine where given_up_at is null group by kind")
                .query(row -> {
                    found.put(row.getString(1), row.getLong(2));
                });
        Map<Kind, Long> counts = new LinkedHashMap<>();
        Kind.ALL.forEach(kind -> counts.put(kind, found.getOrDefault(kind.name(), 0L)));
        return counts;
    }

    /** Waits while somebody else tries the record. */
    Optional<Locked> lock(QuarantineKey key) {
        return locked(one("select peer_node, peer_actor, actor, revision::text from quarantine" + ONE + " for update",
                key));
    }

    /** Empty also if somebody else tries it now, or has tried it since it was chosen. */
    Optional<Locked> tryLock(Candidate candidate) {
        return locked(one("select peer_node, peer_actor, actor, revision::text from quarantine" + ONE
                + " and attempts = :attempts for update skip locked", candidate.key())
                        .param("attempts", candidate.attempts()));
    }

    void remove(QuarantineKey key) {
        one("delete from quarantine" + ONE, key).update();
    }

    void failed(QuarantineKey key, String code, String reason) {
        one("update quarantine set " + PostgresQuarantine.triedAgain("quarantine") + ", code = :code, reason = :reason"
                + ONE, key)
                .param("code", code).param("reason", StorableReason.of(reason)).update();
    }

    private List<Candidate> candidates(String condition, String order, int limit) {
        return jdbc.sql("select " + KEY + ", attempts from quarantine where given_up_at is null and " + condition
                + " order by " + order + " limit :limit").param("limit", limit)
                .query((row, i) -> new Candidate(key(row), row.getInt("attempts"))).list();
    }

    private JdbcClient.StatementSpec one(String sql, QuarantineKey key) {
        return jdbc.sql(sql).param("kind", key.kind().name()).param("id", key.id())
                .param("actor", key.write().actor().name())
                .param("counter", key.write().counter());
    }

    /**
     * What was set aside by an earlier release does not tell the incarnation that it came from; its writer has it for
     * certain.
     */
    private static Optional<Locked> locked(JdbcClient.StatementSpec select) {
        return select.query((row, i) -> new Locked(new BatchOrigin(new NodeId(row.getString(1)),
                new Actor(row.getString(2) == null ? row.getString(3) : row.getString(2))), row.getString(4)))
                .optional();
    }

    private static Quarantined quarantined(ResultSet row) throws SQLException {
        return new Quarantined(key(row), new NodeId(row.getString("peer_node")), row.getString("code"),
                row.getString("reason"), instant(row, "first_at"), instant(row, "last_at"), row.getInt("attempts"),
                instant(row, "next_try"));
    }

    private static QuarantineKey key(ResultSet row) throws SQLException {
        return new QuarantineKey(Kind.named(row.getString("kind")).orElseThrow(), row.getObject("id", UUID.class),
                new Write(new Actor(row.getString("actor")), row.getLong("counter")));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
