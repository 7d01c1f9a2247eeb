package io.agentdb.sync.search.index;

import static java.util.stream.Collectors.joining;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.DatabaseFailure;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;

/**
 * Follows the feeds of some kinds, with places of its own in them, for what is derived from records. Where nothing
 * comes by, it asks the database one question a turn.
 */
public final class Follower {

    /** What is done with what comes by. */
    public interface Step {

        /** @return whether there may be more of this kind */
        boolean take(Kind kind);
    }

    /**
     * Rows of a table with the columns {@code kind, feed, xid, id}, one a kind.
     *
     * @param which SQL: those that count
     */
    public record Places(String table, String which) { }

    private static final Logger log = LoggerFactory.getLogger(Follower.class);
    /**
     * How long it works before it rests: the rest is the writers', also where a first copy brings more than it can take
     * meanwhile.
     */
    private static final Duration BESIDE_WRITERS = Duration.ofMillis(250);
    private static final Duration ALONE = Duration.ofSeconds(2);

    private final JdbcTemplate jdbc;
    private final String waiting;
    private final Step step;
    private final String failure;
    /** How far the feeds went when it looked last: where they have not grown since, nobody writes. */
    private Map<Kind, Long> seen = Map.of();
    private boolean failing;

    /** @param failure what to tell people of a database that cannot be asked, before its own words */
    public Follower(JdbcTemplate jdbc, Places places, Collection<Kind> kinds, Step step, String failure) {
        this.jdbc = jdbc;
        this.step = step;
        this.failure = failure;
        // The kinds of which something comes by, and how far their feeds go.
        this.waiting = kinds.stream().map(kind -> """
                select p.kind, (select max(feed_xid) from %1$s) from %2$s p, node n, agentdb_fence() as fence
                where p.kind = '%1$s' and %3$s and (p.feed <> n.actor
                    or exists (select from %1$s where (feed_xid, id) > (p.xid, p.id) and feed_xid < fence)
                    or exists (select from tombstones t where t.kind = '%1$s' and (feed_xid, t.id) > (p.xid, p.id)
                        and feed_xid < fence))
                """.formatted(kind, places.table(), places.which())).collect(joining("union all "));
    }

    /**
     * The beginning of a statement: {@code place} (feed, xid, id) and {@code next} (feed_xid, id, gone), the records
     * and deletions that come by.
     *
     * @param lock what follows on the reading of the place: {@code for update skip locked}, or nothing
     */
    public static String next(Places places, Kind kind, int most, String lock) {
        return """
                place as materialized (
                    select n.actor as feed, case when p.feed = n.actor then p.xid else 0 end as xid,
                        case when p.feed = n.actor then p.id else '00000000-0000-0000-0000-000000000000' end as id
                    from %4$s p, node n where p.kind = '%1$s' and %5$s %3$s),
                next as materialized (
                    select n.* from place p, agentdb_fence() as fence, lateral (
                        (select feed_xid, id, false as gone from %1$s
                         where (feed_xid, id) > (p.xid, p.id) and feed_xid < fence order by feed_xid, id limit %2$d)
                        union all
                        (select feed_xid, id, true from tombstones
                         where kind = '%1$s' and (feed_xid, id) > (p.xid, p.id) and feed_xid < fence
                         order by feed_xid, id limit %2$d)
                        order by feed_xid, id limit %2$d) as n)
                """.formatted(kind, most, lock, places.table(), places.which());
    }

    /** What waits, or as much of it as there is time for. */
    public synchronized void follow() {
        try {
            Map<Kind, Long> found = waiting();
            long end = System.nanoTime() + (found.equals(seen) ? ALONE : BESIDE_WRITERS).toNanos();
            seen = found;
            // In turn: the few skills would else wait for all episodes.
            Set<Kind> open = new LinkedHashSet<>(found.keySet());
            while (!open.isEmpty() && System.nanoTime() < end) {
                open.removeIf(kind -> !step.take(kind));
            }
            failing = false;
        } catch (DataAccessException | TransactionException e) {
            // Once, and not each second for as long as the database is away.
            if (!failing) {
                log.warn("{}: {}", failure, DatabaseFailure.words(e));
            }
            failing = true;
        }
    }

    private Map<Kind, Long> waiting() {
        Map<Kind, Long> found = new LinkedHashMap<>();
        jdbc.query(waiting, row -> {
            found.put(Kind.named(row.getString(1)).orElseThrow(), row.getLong(2));
        });
        return found;
    }
}
