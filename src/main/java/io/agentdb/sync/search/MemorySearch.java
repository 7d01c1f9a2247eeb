package io.agentdb.sync.search;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.store.Columns;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Finds records by their words. Any thread; each call blocks for the database.
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

    private record Ranked(Kind kind, SearchPlace place, Write version) { }

    private record Excerpted(MemoryRecord record, String excerpt) { }

    private final JdbcClient jdbc;
    private final TransactionTemplate snapshot;
    private final WordIndex index;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    MemorySearch(JdbcClient jdbc, PlatformTransactionManager transactions, WordIndex index) {
        this.jdbc = jdbc;
        this.index = index;
        this.snapshot = new TransactionTemplate(transactions);
        snapshot.setReadOnly(true);
        // Else a record could change, or its words be noted down, between the statements of a search.
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        snapshot.setTimeout(LONGEST);
    }

    /**
     * One page of what has the words.
     *
     * @throws InvalidInput for a filter or cursor that is wrong, and for a search that takes longer than
     *     {@value #LONGEST} s
     * @throws SearchesUnderWay if {@value #AT_ONCE} others have not ended within {@value #PATIENCE} s
     */
    public SearchPage find(SearchQuery query) {
        Map<Kind, Filter> kinds = SearchFilter.of(query.kinds(), query.filters());
        SearchPlace after = SearchPlace.of(query);
        takeTurn();
        try {
            index.want();
            return Objects.requireNonNull(snapshot.execute(status -> {
                SearchTerms terms = SearchTerms.read(jdbc, query);
                return terms.each().isEmpty() ? new SearchPage(List.of(), null, false, 0)
                        : page(query, kinds, terms, after == null ? SearchPlace.first(terms.until()) : after);
            }));
        } catch (QueryTimeoutException | TransactionTimedOutException e) {
            throw new InvalidInput("q", "takes longer than " + LONGEST + " s to look for: say rarer words, or fewer");
        } finally {
            turns.release();
        }
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

    private SearchPage page(SearchQuery query, Map<Kind, Filter> kinds, SearchTerms terms, SearchPlace after) {
        Map<String, Object> values = new HashMap<>(terms.values());
        kinds.values().forEach(filter -> values.putAll(filter.values()));
        values.put("horizon", after.until());
        long behind = kinds.keySet().stream().mapToLong(kind -> behind(kind, values)).sum();
        values.putAll(Map.of("score", after.score(), "xid", after.xid(), "id", after.id(), "rows", query.limit() + 1));
        boolean[] truncated = new boolean[1];
        List<Ranked> found = new ArrayList<>();
        jdbc.sql(SearchSql.page(kinds, terms.each().size())).params(values).query(row -> {
            truncated[0] = row.getBoolean("truncated");
            if (row.getString("kind") != null) {
                found.add(new Ranked(Kind.named(row.getString("kind")).orElseThrow(),
                        new SearchPlace(after.until(), row.getDouble("score"), row.getLong("feed_xid"),
                                row.getObject("id", UUID.class)),
                        new Write(new Actor(row.getString("actor")), row.getLong("counter"))));
            }
        });
        List<Ranked> shown = found.subList(0, Math.min(found.size(), query.limit()));
        return new SearchPage(hits(shown, terms), found.size() > shown.size()
                ? shown.get(shown.size() - 1).place().token(query) : null, truncated[0], behind);
    }

    /** How many come behind those that are read, of records and of deletions. */
    private long behind(Kind kind, Map<String, Object> values) {
        return jdbc.sql(SearchSql.behind(kind, COUNTED)).params(values).query((row, i) ->
                Math.max(0, row.getLong(1) - SearchSql.READ) + Math.max(0, row.getLong(2) - SearchSql.READ)).single();
    }

    private List<SearchHit> hits(List<Ranked> found, SearchTerms terms) {
        Map<UUID, Excerpted> records = new HashMap<>();
        for (Kind kind : SearchQuery.KINDS) {
            UUID[] ids = found.stream().filter(one -> one.kind() == kind).map(one -> one.place().id())
                    .toArray(UUID[]::new);
            if (ids.length > 0) {
                jdbc.sql(SearchSql.records(kind)).param("asked", terms.asked()).param("ids", ids)
                        .query(excerpted(Shape.of(kind))).list().forEach(one -> records.put(one.record().id(), one));
            }
        }
        return found.stream().map(one -> {
            Excerpted record = Objects.requireNonNull(records.get(one.place().id()), "the snapshot has it");
            return new SearchHit(one.kind().name(), one.place().id(), one.place().score(), record.excerpt(),
                    one.version().actor().nodeId().name(), one.version().toString(), record.record());
        }).toList();
    }

    private static RowMapper<Excerpted> excerpted(Shape<?> shape) {
        RowMapper<? extends MemoryRecord> records = Columns.rows(shape);
        int last = shape.kind().columns().size() + 2;
        return (row, number) -> new Excerpted(Objects.requireNonNull(records.mapRow(row, number)),
                SafeText.text(row.getString(last).strip().replaceAll("\\s+", " "), EXCERPT));
    }
}
