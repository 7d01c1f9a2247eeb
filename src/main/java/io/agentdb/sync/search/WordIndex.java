package io.agentdb.sync.search;

import static java.util.stream.Collectors.joining;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.postgres.DatabaseFailure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Follows the feed, and notes down the words of what comes by, from the first search on: a node that nobody searches
 * would else pay more for its words than for its records. Where nothing comes by, it asks the database one question a
 * second. Of several processes on one database each may do a part.
 */
@Component
class WordIndex {

    private static final Logger log = LoggerFactory.getLogger(WordIndex.class);
    /**
     * How long it works before it rests for a second: the rest is the writers', also where a first copy brings more
     * than it can note down meanwhile.
     */
    private static final Duration BESIDE_WRITERS = Duration.ofMillis(250);
    private static final Duration ALONE = Duration.ofSeconds(2);
    /** Records of one transaction, which holds back the feed, and so live sync, for as long as it takes. */
    private static final int BATCH = 50;

    /** The kinds of which there is something to note down, or to forget, and how far their feeds go. */
    private static final String WAITING = SearchQuery.KINDS.stream().map(kind -> """
            select p.kind, (select max(feed_xid) from %1$s) from search_places p, node n, agentdb_fence() as fence
            where p.kind = '%1$s' and p.wanted and (p.feed <> n.actor
                or exists (select from %1$s where (feed_xid, id) > (p.xid, p.id) and feed_xid < fence)
                or exists (select from tombstones t where t.kind = '%1$s' and (feed_xid, t.id) > (p.xid, p.id)
                    and feed_xid < fence))
            """.formatted(kind)).collect(joining("union all "));

    /** Who finds the place taken has nothing to do: another process does it. */
    private static final String NOTE = """
            with place as materialized (
                select n.actor as feed, case when p.feed = n.actor then p.xid else 0 end as xid,
                    case when p.feed = n.actor then p.id else '00000000-0000-0000-0000-000000000000' end as id
                from search_places p, node n where p.kind = '%1$s' for update of p skip locked),
            next as materialized (
                select n.* from place p, agentdb_fence() as fence, lateral (
                    (select feed_xid, id, false as gone from %1$s
                     where (feed_xid, id) > (p.xid, p.id) and feed_xid < fence order by feed_xid, id limit %3$d)
                    union all
                    (select feed_xid, id, true from tombstones
                     where kind = '%1$s' and (feed_xid, id) > (p.xid, p.id) and feed_xid < fence
                     order by feed_xid, id limit %3$d)
                    order by feed_xid, id limit %3$d) as n),
            forgotten as (
                delete from search_words where kind = '%1$s' and id in (select id from next where gone)),
            noted as (
                insert into search_words as w (kind, id, feed_xid, words)
                select '%1$s', id, feed_xid, %2$s from %1$s where id in (select id from next where not gone)
                on conflict (kind, id) do update set feed_xid = excluded.feed_xid, words = excluded.words),
            moved as (
                update search_places s set feed = p.feed, xid = coalesce(last.xid, p.xid), id = coalesce(last.id, p.id)
                from place p left join
                    (select feed_xid, id from next order by feed_xid desc, id desc limit 1) as last (xid, id) on true
                where s.kind = '%1$s')
            select count(*) from next
            """;

    private final JdbcTemplate jdbc;
    private final AsynchronousCommit commit;
    /** How far the feeds went when it looked last: where they have not grown since, nobody writes. */
    private Map<Kind, Long> seen = Map.of();
    private boolean failing;
    private volatile boolean wanted;

    WordIndex(JdbcTemplate jdbc, AsynchronousCommit commit) {
        this.jdbc = jdbc;
        this.commit = commit;
    }

    /** Somebody searches; does not wait for any words. */
    void want() {
        if (!wanted) {
            try {
                jdbc.update("update search_places set wanted = true where not wanted");
                wanted = true;
            } catch (DataAccessException e) {
                // The search says what the database cannot do; where it only cannot write, the next one tells it.
                log.debug("That words are wanted is noted later: {}", DatabaseFailure.words(e));
            }
        }
    }

    /** What waits, or as much of it as there is time for. */
    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    synchronized void follow() {
        // A database that somebody has restored meanwhile may not know it.
        wanted = false;
        try {
            Map<Kind, Long> waiting = waiting();
            long end = System.nanoTime() + (waiting.equals(seen) ? ALONE : BESIDE_WRITERS).toNanos();
            seen = waiting;
            // In turn: the few skills would else wait for all episodes.
            Set<Kind> open = new LinkedHashSet<>(waiting.keySet());
            while (!open.isEmpty() && System.nanoTime() < end) {
                open.removeIf(kind -> note(kind) < BATCH);
            }
            failing = false;
        } catch (DataAccessException | TransactionException e) {
            // Once, and not each second for as long as the database is away.
            if (!failing) {
                log.warn("The words of new records are noted down later, and searches look through the records"
                        + " themselves: {}", DatabaseFailure.words(e));
            }
            failing = true;
        }
    }

    private Map<Kind, Long> waiting() {
        Map<Kind, Long> waiting = new LinkedHashMap<>();
        jdbc.query(WAITING, row -> {
            waiting.put(Kind.named(row.getString(1)).orElseThrow(), row.getLong(2));
        });
        return waiting;
    }

    private long note(Kind kind) {
        String sql = NOTE.formatted(kind, KindWords.of(kind).words(), BATCH);
        // Lost in a crash, it is made again: the place is lost with it.
        List<Long> noted = commit.of(() -> jdbc.queryForList(sql, Long.class));
        return noted.get(0);
    }
}
