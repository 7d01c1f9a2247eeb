package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The row of table {@code node}: who writes on this database.
 *
 * <p>A database that is not the one that it was (restored, copied, promoted) gets a new incarnation before anything is served from it.
 * Otherwise its next writes would reuse dots that peers have already seen, and would be skipped as known.
 * Several processes may share one database: the row is locked while it is judged, so that they agree.
 */
public final class NodeIdentity implements LocalNode {

    private static final Logger log = LoggerFactory.getLogger(NodeIdentity.class);
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

    private record Row(String nodeId, Actor actor, Fingerprint fingerprint) { }

    /** What changes when a database is restored elsewhere, promoted, or copied within its cluster. */
    private record Fingerprint(String system, long timeline, long database) { }

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Optional<String> configuredId;
    /** Deadlocks with those who have locked rows and wait for the tables. */
    private final RetryTemplate retry = new RetryTemplate(RetryPolicy.builder().maxRetries(10).delay(Duration.ofMillis(10))
            .jitter(Duration.ofMillis(10)).includes(ConcurrencyFailureException.class).build());
    private volatile Row current;

    public NodeIdentity(JdbcTemplate jdbc, TransactionTemplate transaction, Optional<String> configuredId) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.configuredId = configuredId;
        establish();
    }

    @Override
    public String nodeId() {
        return current.nodeId();
    }

    @Override
    public Actor actor() {
        return current.actor();
    }

    /**
     * Called when a peer has read our feed further than it goes: the database went back in time without changing its fingerprint, as
     * a copied data directory does. Takes a new incarnation, unless another thread or process just did.
     */
    @Override
    public void renew(Actor seen, String evidence) {
        try {
            current = retry.execute(() -> transaction.execute(status -> {
                Row row = lock();
                return row.actor().equals(seen) ? incarnate(row, row.nodeId(), fingerprint(), evidence) : row;
            }));
        } catch (RetryException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        }
    }

    @Override
    public void refresh() {
        Row row = read();
        if (row != null && !row.equals(current)) {
            log.info("This node is {} now; before, it was {}", row.actor(), current.actor());
            current = row;
        }
    }

    private void establish() {
        current = transaction.execute(status -> {
            Row row = lock();
            Fingerprint now = fingerprint();
            if (row == null) {
                String id = configuredId.orElseGet(() -> "n" + random(6));
                return incarnate(null, id, now, "the database is new");
            }
            String id = configuredId.orElse(row.nodeId());
            if (!row.fingerprint().equals(now)) {
                return incarnate(row, id, now, "the database is not the one that it was");
            }
            return id.equals(row.nodeId()) ? row : incarnate(row, id, now, "the node was called " + row.nodeId());
        });
    }

    private Row lock() {
        jdbc.execute("lock table node in share row exclusive mode");
        return read();
    }

    private Row read() {
        List<Row> rows = jdbc.query("select node_id, actor, system_identifier, timeline, database_oid from node",
                (result, i) -> new Row(result.getString(1), new Actor(result.getString(2)),
                        new Fingerprint(result.getString(3), result.getLong(4), result.getLong(5))));
        return rows.isEmpty() ? null : rows.get(0);
    }

    /**
     * The timeline is that of the log being written: {@code pg_control_checkpoint()} still tells the former one between a promotion and the
     * checkpoint after it, and a node that started then would go on under dots of writes that the failover has lost.
     */
    private Fingerprint fingerprint() {
        return jdbc.queryForObject("""
                select s.system_identifier::text, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint, d.oid::bigint
                from pg_control_system() s, pg_database d
                where d.datname = current_database()
                """, (result, i) -> new Fingerprint(result.getString(1), result.getLong(2), result.getLong(3)));
    }

    private Row incarnate(Row old, String id, Fingerprint fingerprint, String why) {
        Row row = new Row(id, new Actor(id + "." + random(8)), fingerprint);
        jdbc.update("""
                insert into node (node_id, actor, system_identifier, timeline, database_oid) values (?, ?, ?, ?, ?)
                on conflict (one) do update set node_id = excluded.node_id, actor = excluded.actor,
                    system_identifier = excluded.system_identifier, timeline = excluded.timeline,
                    database_oid = excluded.database_oid, incarnated_at = now()
                """, row.nodeId(), row.actor().name(), fingerprint.system(), fingerprint.timeline(),
                fingerprint.database());
        if (old != null) {
            // Whoever still writes under the old name ends first; its rows would otherwise come in unseen, under dots that are in doubt.
            jdbc.execute("lock table " + Kind.ALL.stream().map(Kind::name).collect(Collectors.joining(", "))
                    + ", tombstones in share row exclusive mode");
            rewrite(old.actor(), row.actor());
            restamp();
        }
        log.info("This node is {} ({}{})", row.actor(), why, old == null ? "" : "; before, it was " + old.actor());
        return row;
    }

    /**
     * The old cluster's transaction ids may lie in the new one's future, where the feed would never show them. The same goes for the
     * place of tombstones that were dropped.
     */
    private void restamp() {
        jdbc.execute("set local agentdb.applying = 'on'");
        for (Kind kind : Kind.ALL) {
            jdbc.update("update " + kind.name() + " set feed_xid = agentdb_xid()");
        }
        jdbc.update("update tombstones set feed_xid = agentdb_xid()");
        jdbc.update("update forgotten set feed_xid = agentdb_xid()");
    }

    /**
     * What was written since the server started may have been written after the database went back, under dots that peers have seen on
     * other content. It gets new ones, and no longer claims to know the old incarnation's writes: at worst a conflict that is none.
     */
    private void rewrite(Actor old, Actor now) {
        jdbc.execute("set local agentdb.applying = 'on'");
        for (String table : Stream.concat(Kind.ALL.stream().map(Kind::name), Stream.of("tombstones")).toList()) {
            jdbc.update("""
                    update %s as t set actor = ?, counter = fresh.counter, xid = agentdb_xid(),
                        context = context - ? || jsonb_build_object(?, fresh.counter)
                    from (select id as of, nextval('agentdb_counter') as counter from %s
                          where actor = ? and hlc >= (extract(epoch from pg_postmaster_start_time()) * 1000)::bigint << 16) as fresh
                    where t.id = fresh.of
                    """.formatted(table, table), now.name(), old.name(), now.name(), old.name());
        }
    }

    private static String random(int length) {
        return new SecureRandom().ints(length, 0, BASE32.length())
                .collect(StringBuilder::new, (text, i) -> text.append(BASE32.charAt(i)), StringBuilder::append)
                .toString();
    }
}
