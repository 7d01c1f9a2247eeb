package io.agentdb.sync.search;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.store.Columns;
import io.agentdb.sync.search.index.Meaning;
import io.agentdb.sync.search.index.VectorIndex;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Finds records by their words, and by their meaning where the node knows it. Any thread; each call blocks for the
 * database.
 *
 * <p>What {@link WordIndex} has noted down is looked up, and what came since is read. Of words that many have, the
 * newest records are ranked.
 */
@Component
public class MemorySearch {

    /** Characters of an excerpt, at most. */
    static final int EXCERPT = 300;
    /** Seconds: filters that hardly any record passes can mean reading all that there are. */
    private static final int LONGEST = 10;
    private static final int COUNTED = 100_000;
    /** Each holds a connection of the pool for as long as it takes, and peers, writers and probes want some, too. */
    static final int AT_ONCE = 4;
    /** Seconds that one more waits for its turn. */
    private static final int PATIENCE = 1;

    /** @param truncated whether more records have the words than were ranked */
    private record Matched(List<Ranked> records, boolean truncated) { }

    private record Excerpted(MemoryRecord record, String excerpt) { }

    private final JdbcClient jdbc;
    private final TransactionTemplate snapshot;
    private final WordIndex index;
    private final Meaning meaning;
    private final VectorIndex vectors;
    private final MeaningRanking ranking;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    MemorySearch(JdbcClient jdbc, PlatformTransactionManager transactions, WordIndex index, Meaning meaning,
            VectorIndex vectors) {
        this.jdbc = jdbc;
        this.index = index;
        this.meaning = meaning;
        this.vectors = vectors;
        this.ranking = new MeaningRanking(jdbc, vectors);
        this.snapshot = new TransactionTemplate(transactions);
        snapshot.setReadOnly(true);
        // Else a record could change, or its words be noted down, between the statements of a search.
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        snapshot.setTimeout(LONGEST);
    }

    /**
     * One page of what has the words, or means what they mean.
     *
     * @throws InvalidInput for a filter or cursor that is wrong, for a search by the meaning alone where the node does
     *     not know it, and for one that takes longer than {@value #LONGEST} s
     * @throws SearchesUnderWay if {@value #AT_ONCE} others have not ended within {@value #PATIENCE} s
     */
    public SearchPage find(SearchQuery query) {
        Map<Kind, Filter> kinds = SearchFilter.of(query.kinds(), query.filters());
        SearchPlace after = SearchPlace.of(query);
        takeTurn();
        try {
            index.want();
            float @Nullable [] question = question(query);
            return Objects.requireNonNull(snapshot.execute(status -> {
                SearchTerms terms = SearchTerms.read(jdbc, query);
                return terms.each().isEmpty() && question == null
                        ? new SearchPage(List.of(), null, false, 0, meaning.state().toString(), 0)
                        : page(query, kinds, terms, after == null ? SearchPlace.first(terms.until()) : after, question);
            }));
        } catch (QueryTimeoutException | TransactionTimedOutException e) {
            throw new InvalidInput("q", "takes longer than " + LONGEST + " s to look for: say rarer words, or fewer");
        } finally {
            turns.release();
        }
    }

    /** What the words mean, if it counts and is known. */
    private float @Nullable [] question(SearchQuery query) {
        float @Nullable [] question = query.by() == By.WORDS ? null : meaning.of(query.words()).orElse(null);
        if (question == null && query.by() == By.MEANING) {
            throw new InvalidInput("by", "is meaning, but this node finds records by their words (its meaning is "
                    + meaning.state() + "): leave it away");
        }
        if (question != null) {
            vectors.refresh();
        }
        return question;
    }

    private void takeTurn() {
        try {
            if (turns.tryAcquire(PATIENCE, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new SearchesUnderWay(AT_ONCE);
    }

    private SearchPage page(SearchQuery query, Map<Kind, Filter> kinds, SearchTerms terms, SearchPlace after,
            float @Nullable [] question) {
        Map<String, Object> values = new HashMap<>(terms.values());
        kinds.values().forEach(filter -> values.putAll(filter.values()));
        values.put("horizon", after.until());
        long behind = kinds.keySet().stream().mapToLong(kind -> behind(kind, values)).sum();
        Matched found = question == null ? words(kinds, terms, values, after, query.limit() + 1)
                : joined(query, kinds, terms, values, after, question);
        List<Ranked> shown = found.records().subList(0, Math.min(found.records().size(), query.limit()));
        return new SearchPage(hits(shown, terms, question), found.records().size() > shown.size()
                ? shown.get(shown.size() - 1).place().token(query) : null, found.truncated(), behind,
                meaning.state().toString(), question == null ? 0 : unembedded(kinds.keySet(), values));
    }

    /** Each page ranks anew, since what is second in one list may be first in both. */
    private Matched joined(SearchQuery query, Map<Kind, Filter> kinds, SearchTerms terms, Map<String, Object> values,
            SearchPlace after, float[] question) {
        List<Ranked> near = ranking.of(kinds, question, query.minSimilarity(), after.until());
        boolean full = near.size() == MeaningRanking.RANKED;
        if (query.by() == By.MEANING) {
            return new Matched(behind(after, near), full);
        }
        Matched words = terms.each().isEmpty() ? new Matched(List.of(), false)
                : words(kinds, terms, values, SearchPlace.first(after.until()), MeaningRanking.RANKED);
        return new Matched(behind(after, Ranked.fused(List.of(words.records(), near))), full || words.truncated()
                || words.records().size() == MeaningRanking.RANKED);
    }

    private static List<Ranked> behind(SearchPlace after, List<Ranked> records) {
        return records.stream().filter(one -> one.isBehind(after)).toList();
    }

    private Matched words(Map<Kind, Filter> kinds, SearchTerms terms, Map<String, Object> values, SearchPlace after,
            int rows) {
        values.putAll(Map.of("score", after.score(), "xid", after.xid(), "id", after.id(), "rows", rows));
        boolean[] truncated = new boolean[1];
        List<Ranked> found = new ArrayList<>();
        jdbc.sql(SearchSql.page(kinds, terms.each().size())).params(values).query(row -> {
            truncated[0] = row.getBoolean("truncated");
            if (row.getString("kind") != null) {
                found.add(new Ranked(Kind.named(row.getString("kind")).orElseThrow(),
                        new SearchPlace(after.until(), row.getDouble("score"), row.getLong("feed_xid"),
                                row.getObject("id", UUID.class)),
                        new Write(new Actor(row.getString("actor")), row.getLong("counter")), List.of(By.WORDS), null));
            }
        });
        return new Matched(found, truncated[0]);
    }

    /** Of how many records nobody has made a vector yet. */
    private long unembedded(Collection<Kind> kinds, Map<String, Object> values) {
        Map<String, Object> places = new HashMap<>(values);
        jdbc.sql("""
                select kind, case when feed = actor then xid else 0 end,
                    case when feed = actor then id else '00000000-0000-0000-0000-000000000000' end
                from embedding_places left join node on true where model = 'minilm'
                """).query(row -> {
                    places.put("xid" + row.getString(1), row.getLong(2));
                    places.put("id" + row.getString(1), row.getObject(3, UUID.class));
                });
        return kinds.stream().mapToLong(kind -> jdbc.sql(SearchSql.behind(kind, COUNTED)).params(places)
                .query((row, i) -> row.getLong(1)).single()).sum() + vectors.displaced();
    }

    /** How many come behind those that are read, of records and of deletions. */
    private long behind(Kind kind, Map<String, Object> values) {
        return jdbc.sql(SearchSql.behind(kind, COUNTED)).params(values).query((row, i) ->
                Math.max(0, row.getLong(1) - SearchSql.READ) + Math.max(0, row.getLong(2) - SearchSql.READ)).single();
    }

    private List<SearchHit> hits(List<Ranked> found, SearchTerms terms, float @Nullable [] question) {
        Map<UUID, Excerpted> records = new HashMap<>();
        Map<UUID, Double> similarities = new HashMap<>();
        for (Kind kind : SearchQuery.KINDS) {
            List<UUID> ids = found.stream().filter(one -> one.kind() == kind).map(Ranked::id).toList();
            if (!ids.isEmpty()) {
                jdbc.sql(SearchSql.records(kind)).param("asked", terms.asked())
                        .param("ids", ids.toArray(UUID[]::new))
                        .query(excerpted(Shape.of(kind))).list().forEach(one -> records.put(one.record().id(), one));
                if (question != null) {
                    similarities.putAll(ranking.similarities(kind, ids, question));
                }
            }
        }
        return found.stream().map(one -> {
            Excerpted record = Objects.requireNonNull(records.get(one.id()), "the snapshot has it");
            return new SearchHit(one.kind().name(), one.id(), one.place().score(),
                    one.by().stream().map(by -> by.name().toLowerCase(Locale.ROOT)).toList(),
                    similarities.get(one.id()), record.excerpt(), one.version().actor().nodeId().name(),
                    one.version().toString(), record.record());
        }).toList();
    }

    private static RowMapper<Excerpted> excerpted(Shape<?> shape) {
        RowMapper<? extends MemoryRecord> records = Columns.rows(shape);
        int last = shape.kind().columns().size() + 2;
        return (row, number) -> new Excerpted(Objects.requireNonNull(records.mapRow(row, number)),
                SafeText.text(row.getString(last).strip().replaceAll("\\s+", " "), EXCERPT));
    }
}
