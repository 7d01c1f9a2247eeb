package io.agentdb.sync.search;

import static org.awaitility.Awaitility.await;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.replica.apply.Database;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** A database, what searches it, and its index, which follows when it is told to. */
final class SearchedDatabase {

    final Database database;
    final WordIndex index;
    final MemorySearch search;

    SearchedDatabase(String node) {
        database = new Database(node);
        index = new WordIndex(database.jdbc, new AsynchronousCommit(database.jdbc, database.transaction));
        search = new MemorySearch(JdbcClient.create(database.dataSource),
                new DataSourceTransactionManager(database.dataSource), index);
    }

    UUID episode(String task) {
        return database.episode(task);
    }

    UUID skill(String name, String description) {
        return database.jdbc.queryForObject("insert into skills (name, description) values (?, ?) returning id",
                UUID.class, name, description);
    }

    /** Has the words of all that is there noted down, whatever else holds back the server's fence. */
    void note() {
        index.want();
        await().until(() -> {
            index.follow();
            return waiting() == 0;
        });
    }

    /** Records that differ from what is noted down of them, and those of which too much is. */
    long waiting() {
        return database.jdbc.queryForObject("""
                with present as (select 'episodes' as kind, id, feed_xid from episodes
                                 union all select 'skills', id, feed_xid from skills),
                    noted as (select kind, id, feed_xid from search_words)
                select (select count(*) from (table present except table noted) as missing)
                    + (select count(*) from (table noted except table present) as stale)
                """, Long.class);
    }

    SearchPage find(String words) {
        return find(words, Match.ALL, Map.of(), 20, null);
    }

    SearchPage find(String words, Match match, Map<String, List<String>> filters, int limit, String cursor) {
        return search.find(new SearchQuery(words, match, Set.of(), filters, limit, cursor));
    }

    List<UUID> ids(String words) {
        return ids(find(words));
    }

    static List<UUID> ids(SearchPage page) {
        return page.items().stream().map(SearchHit::id).toList();
    }

    List<UUID> skills(String words) {
        return ids(search.find(new SearchQuery(words, Match.ALL, Set.of(Kind.SKILLS), Map.of(), 20, null)));
    }
}
