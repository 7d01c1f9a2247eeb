package io.agentdb.sync.search;

import static org.awaitility.Awaitility.await;

import io.agentdb.sync.embedding.TextModel;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.search.index.Meaning;
import io.agentdb.sync.search.index.VectorIndex;
import io.agentdb.sync.search.index.Vectors;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** A database, what searches it, and its index, which follows when it is told to. */
final class SearchedDatabase {

    final Database database;
    final WordIndex index;
    final MemorySearch search;

    final Meaning meaning;
    final VectorIndex vectors;

    SearchedDatabase(String node) {
        this(node, new Meaning(false, Optional::empty));
    }

    /** With a model. */
    SearchedDatabase(String node, TextModel model) {
        this(node, new Meaning(true, () -> Optional.of(model)));
    }

    SearchedDatabase(String node, Meaning meaning) {
        database = new Database(node);
        index = new WordIndex(database.jdbc, new AsynchronousCommit(database.jdbc, database.transaction));
        this.meaning = meaning;
        vectors = Vectors.of(database, meaning);
        search = new MemorySearch(JdbcClient.create(database.dataSource),
                new DataSourceTransactionManager(database.dataSource), index, meaning, vectors);
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
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).until(() -> {
            index.follow();
            return waiting() == 0;
        });
    }

    /** Has the meaning of all that is there found out, whatever else holds back the server's fence. */
    void embed() {
        long ended = database.feed.horizon();
        await().until(() -> {
            Vectors.follow(vectors);
            return database.feed.fence() >= ended && database.jdbc.queryForObject("""
                    select not exists (select from episodes e, embedding_places p where p.kind = 'episodes'
                        and p.model = 'minilm' and (e.feed_xid, e.id) > (p.xid, p.id))
                    and not exists (select from tombstones e, embedding_places p where p.kind = e.kind
                        and p.model = 'minilm' and (e.feed_xid, e.id) > (p.xid, p.id))""", Boolean.class);
        });
        Vectors.follow(vectors);
    }

    /** As many turns as there may be before one without a model does anything. */
    void tidy() {
        for (int i = 0; i < 60; i++) {
            Vectors.follow(vectors);
        }
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
