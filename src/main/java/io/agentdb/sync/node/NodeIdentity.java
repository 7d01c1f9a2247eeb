package io.agentdb.sync.node;

import io.agentdb.sync.postgres.Planned;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
 * <p>A database that is not the one that it was (restored, copied, promoted) gets a new incarnation before anything is
 * served from it. Otherwise its next writes would reuse dots that peers have already seen, and would be skipped as
 * known. A write that comes before this node looks takes the new actor by itself ({@code agentdb_me()}), so that
 * nothing is in doubt afterwards. Several processes may share one database: the row is locked while it is judged, so
 * that they agree.
 */
public final class NodeIdentity implements LocalNode {

    private static final Logger log = LoggerFactory.getLogger(NodeIdentity.class);
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

    /**
     * @param moved whether the database is not the one that the row was written in
     * @param begun whether a writer has noticed that, and the feed is still the former database's
     * @param restarted whether the row was noted on another server
     */
    private record Stored(NodeId nodeId, Actor actor, boolean moved, boolean begun, boolean restarted) {
        boolean isWhereItWas() {
            return !moved && !begun;
        }

        boolean isCalled(Optional<NodeId> name) {
            return name.isEmpty() || nodeId.equals(name.get());
        }
    }

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Incarnations incarnations;
    /** Deadlocks with those who have locked rows and wait for the tables. */
    private final RetryTemplate retry = new RetryTemplate(
            RetryPolicy.builder().maxRetries(10).delay(Duration.ofMillis(10))
            .jitter(Duration.ofMillis(10)).includes(ConcurrencyFailureException.class).build());
    private final List<Runnable> renewed = new CopyOnWriteArrayList<>();
    private final Optional<NodeId> configuredId;
    /** Null until it has settled. */
    private volatile @Nullable Stored current;

    /** Settles at once. */
    public NodeIdentity(JdbcTemplate jdbc, TransactionTemplate transaction, Optional<NodeId> configuredId) {
        this(configuredId, jdbc, transaction);
        settle();
    }

    private NodeIdentity(Optional<NodeId> configuredId, JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.incarnations = new Incarnations(jdbc);
        this.configuredId = configuredId;
    }

    /** Before its database is there. Has no actor until {@link #settle}. */
    static NodeIdentity unsettled(JdbcTemplate jdbc, TransactionTemplate transaction, Optional<NodeId> configuredId) {
        return new NodeIdentity(configuredId, jdbc, transaction);
    }

    /** Makes the database this node's own. Blocks on it, for long if it is not the one that it was. */
    void settle() {
        current = settle(configuredId);
    }

    /** @throws IllegalStateException until it is known, from the settings or the database */
    @Override
    public NodeId nodeId() {
        Stored row = current;
        return row == null && configuredId.isPresent() ? configuredId.get() : settled().nodeId();
    }

    /** @throws IllegalStateException until it has settled */
    @Override
    public Actor actor() {
        return settled().actor();
    }

    private Stored settled() {
        Stored row = current;
        if (row == null) {
            throw new IllegalStateException("the node has not seen its database yet");
        }
        return row;
    }

    @Override
    public void refresh() {
        find().ifPresent(row -> become(row.isWhereItWas() && !row.restarted() ? row : settle(Optional.empty())));
    }

    @Override
    public void renew(Actor seen, @Nullable Actor witness, String evidence) {
        become(attempt(() -> {
            incarnations.lock();
            Stored row = read();
            return row.actor().equals(seen) ? incarnate(row, row.nodeId(), evidence,
                    incarnations.lastMeeting(seen, witness)) : row;
        }));
    }

    @Override
    public void whenRenewed(Runnable then) {
        renewed.add(then);
    }

    private void become(Stored row) {
        Stored before = settled();
        current = row;
        if (!row.actor().equals(before.actor())) {
            log.info("This node is {} now; before, it was {}", row.actor(), before.actor());
            renewed.forEach(Runnable::run);
        }
    }

    /**
     * Makes the row this database's own.
     *
     * @param name what the node is to be called; if nobody says, as before
     */
    private Stored settle(Optional<NodeId> name) {
        return attempt(() -> {
            if (find().filter(row -> row.isWhereItWas() && row.isCalled(name)).isPresent()) {
                // Only the server was started again: no writer needs to wait.
                jdbc.queryForList("select 1 from node for update");
                Stored row = read();
                if (row.isWhereItWas()) {
                    incarnations.note();
                    return row;
                }
            }
            incarnations.lock();
            Optional<Stored> row = find();
            return row.isPresent() ? settle(row.get(), name.orElse(row.get().nodeId()))
                    : incarnate(null, name.orElseGet(() -> new NodeId("n" + random(6))), "the database is new",
                            Incarnations.NO_DOUBT);
        });
    }

    private Stored settle(Stored row, NodeId id) {
        if (row.moved()) {
            return incarnate(row, id, "the database is not the one that it was", Incarnations.NO_DOUBT);
        }
        if (!row.nodeId().equals(id)) {
            return incarnate(row, id, "the node was called " + row.nodeId(), Incarnations.NO_DOUBT);
        }
        if (row.begun()) {
            // Nobody has read this actor's feed yet.
            incarnations.restamp(row.actor());
        }
        incarnations.note(row.nodeId(), row.actor());
        log.info("This node is {}{}", row.actor(), row.begun()
                ? " (a write has found that the database is not the one that it was)" : "");
        return read();
    }

    /** The row, which is there once the node has settled. */
    private Stored read() {
        return find().orElseThrow(() -> new IllegalStateException(
                "the table node has no row any more: start this node again"));
    }

    private Optional<Stored> find() {
        return jdbc.query("""
                select node_id, actor, agentdb_moved(), timeline = 0,
                    server_started is distinct from pg_postmaster_start_time() from node
                """, (result, i) -> new Stored(new NodeId(result.getString(1)), new Actor(result.getString(2)),
                        result.getBoolean(3), result.getBoolean(4), result.getBoolean(5)), Planned.ONCE).stream()
                .findFirst();
    }

    /**
     * @param old null if the database is new
     * @param bound own writes beyond that counter are in doubt, see {@link #renew}
     */
    private Stored incarnate(@Nullable Stored old, NodeId id, String why, long bound) {
        Actor now = new Actor(id + "." + random(8));
        incarnations.note(id, now);
        if (old != null) {
            if (bound != Incarnations.NO_DOUBT) {
                incarnations.renewDots(old.actor(), now, bound);
            }
            incarnations.restamp(now);
        }
        log.info("This node is {} ({}{})", now, why, old == null ? "" : "; before, it was " + old.actor());
        return read();
    }

    private <T> T attempt(Supplier<T> work) {
        try {
            return retry.execute(() -> transaction.execute(status -> work.get()));
        } catch (RetryException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        }
    }

    private static String random(int length) {
        return new SecureRandom().ints(length, 0, BASE32.length())
                .collect(StringBuilder::new, (text, i) -> text.append(BASE32.charAt(i)), StringBuilder::append)
                .toString();
    }
}
