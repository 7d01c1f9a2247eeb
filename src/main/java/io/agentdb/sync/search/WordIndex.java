package io.agentdb.sync.search;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.search.index.Follower;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Notes down the words of what comes by in the feed, from the first search on: a node that nobody searches would else
 * pay more for its words than for its records. Of several processes on one database each may do a part.
 */
@Component
class WordIndex {

    private static final Logger log = LoggerFactory.getLogger(WordIndex.class);
    /** Records of one transaction, which holds back the feed, and so live sync, for as long as it takes. */
    private static final int BATCH = 50;
    private static final Follower.Places PLACES = new Follower.Places("search_places", "wanted");

    /** Who finds the place taken has nothing to do: another process does it. */
    private static final String NOTE = """
            with %s,
            forgotten as (
                delete from search_words where kind = '%2$s' and id in (select id from next where gone)),
            noted as (
                insert into search_words as w (kind, id, feed_xid, words)
                select '%2$s', id, feed_xid, %3$s from %2$s where id in (select id from next where not gone)
                on conflict (kind, id) do update set feed_xid = excluded.feed_xid, words = excluded.words),
            moved as (
                update search_places s set feed = p.feed, xid = coalesce(last.xid, p.xid), id = coalesce(last.id, p.id)
                from place p left join
                    (select feed_xid, id from next order by feed_xid desc, id desc limit 1) as last (xid, id) on true
                where s.kind = '%2$s')
            select count(*) from next
            """;

    private final JdbcTemplate jdbc;
    private final AsynchronousCommit commit;
    private final Follower follower;
    private volatile boolean wanted;

    WordIndex(JdbcTemplate jdbc, AsynchronousCommit commit) {
        this.jdbc = jdbc;
        this.commit = commit;
        this.follower = new Follower(jdbc, PLACES, SearchQuery.KINDS, this::note,
                "The words of new records are noted down later, and searches look through the records themselves");
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

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    void follow() {
        // A database that somebody has restored meanwhile may not know it.
        wanted = false;
        follower.follow();
    }

    private boolean note(Kind kind) {
        String sql = NOTE.formatted(Follower.next(PLACES, kind, BATCH, "for update of p skip locked"), kind,
                KindWords.of(kind).words());
        // Lost in a crash, it is made again: the place is lost with it.
        List<Long> noted = commit.of(() -> jdbc.queryForList(sql, Long.class));
        return noted.get(0) == BATCH;
    }
}
