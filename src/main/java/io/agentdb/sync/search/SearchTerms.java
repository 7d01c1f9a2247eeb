package io.agentdb.sync.search;

import static java.util.stream.Collectors.joining;

import io.agentdb.sync.memory.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What PostgreSQL makes of a search's words, and the places up to which words are noted down.
 *
 * @param each what is looked up and ranked for itself; empty if there is no word in the words
 * @param places of each kind, as values of the statements
 * @param until the first transaction that began after this search
 */
record SearchTerms(List<Term> each, Map<String, Object> places, long until) {

    /**
     * One part of a search.
     *
     * @param query a {@code tsquery}
     * @param often in which part of all records it is, from 0 to 1; 0 if that is not known
     */
    record Term(String query, double often) {

        private static Term of(String word, double often) {
            return new Term("'" + word.replace("\\", "\\\\").replace("'", "''") + "'", often);
        }
    }

    /** Each is looked up: of a page full of words, the longest say most about it. */
    private static final int MOST = 24;

    private static final String ALL =
            "select q::text from websearch_to_tsquery('simple', :words) as q where numnode(q) > 0";

    /** How often the most common words are, the planner knows; how often others are, is soon counted. */
    private static final String ANY = """
            select word, coalesce(frequency, 0)
            from unnest(tsvector_to_array(to_tsvector('simple', :words))) as word left join (
                select common.* from pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs)
                    as common (word, frequency)
                where schemaname = current_schema() and tablename = 'search_words' and attname = 'words') as known
                using (word)
            order by length(word) desc, word limit %d
            """.formatted(MOST);

    /** In a transaction of the caller's, whose snapshot it shows. */
    static SearchTerms read(JdbcClient jdbc, SearchQuery query) {
        Map<String, Object> places = new HashMap<>();
        long[] until = new long[1];
        // Of another feed, nothing is noted down yet.
        jdbc.sql("""
                select kind, case when feed = actor then xid else 0 end,
                    case when feed = actor then id else '00000000-0000-0000-0000-000000000000' end,
                    pg_snapshot_xmax(pg_current_snapshot())::text::bigint
                from search_places left join node on true
                """).query(row -> {
                    Kind kind = Kind.named(row.getString(1)).orElseThrow();
                    places.put("xid" + kind, row.getLong(2));
                    places.put("id" + kind, row.getObject(3, UUID.class));
                    until[0] = row.getLong(4);
                });
        List<Term> each = query.match() == Match.ALL
                ? jdbc.sql(ALL).param("words", query.words()).query((row, i) -> new Term(row.getString(1), 0)).list()
                : jdbc.sql(ANY).param("words", query.words())
                        .query((row, i) -> Term.of(row.getString(1), row.getDouble(2))).list();
        return new SearchTerms(each, places, until[0]);
    }

    /** What a record must have, as a {@code tsquery}. */
    String asked() {
        return each.stream().map(Term::query).collect(joining(" | "));
    }

    /** For the statements of {@link SearchSql}. */
    Map<String, Object> values() {
        Map<String, Object> values = new HashMap<>(places);
        values.put("asked", asked());
        for (int i = 0; i < each.size(); i++) {
            values.put(SearchSql.term(i), each.get(i).query());
            values.put(SearchSql.often(i), each.get(i).often());
        }
        return values;
    }
}
