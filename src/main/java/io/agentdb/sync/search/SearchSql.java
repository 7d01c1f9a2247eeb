package io.agentdb.sync.search;

import static java.util.stream.Collectors.joining;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.store.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** One search's statement. Its values have their names in it, the terms those of {@link #term}. */
final class SearchSql {

    /** Records of a kind and term that are ranked, the newest: each costs some microseconds, and there is no end. */
    static final int RANKED = 1_000;
    /** Records of a kind whose words are not noted down yet, and are read for this search alone. */
    static final int READ = 500;

    static final String TRUE = "true";

    /** By itself: multiplied and divided by a weight, it would differ in the last digit from page to page. */
    private static final String ALONE = "max(ts_rank_cd(words, query, 33))::float8";
    private static final String TOGETHER = "sum(weight * ts_rank_cd(words, query, 33)) / sum(weight)";

    private SearchSql() {
    }

    /** The name of a term's value. */
    static String term(int number) {
        return "term" + number;
    }

    /** The name of the value that says in which part of the records a term is. */
    static String often(int number) {
        return "often" + number;
    }

    /**
     * The hits behind :score, :xid and :id; where there is none, one row without an id, since it says whether all was
     * ranked. What a term weighs is as in BM25: one that nearly all records have says next to nothing.
     */
    static String page(Map<Kind, Filter> kinds, int terms) {
        return """
                with fresh as materialized (%s),
                matched as materialized (%s),
                tally as materialized (
                    select term, query, often, kind, count(*) as found from matched group by term, query, often, kind),
                size as (
                    select greatest(max(found), (select reltuples from pg_class where oid = 'search_words'::regclass))
                        as records
                    from (select sum(found) as found from tally group by term) as terms),
                weight as materialized (
                    select term, query, ln(1 + (records - holders + 0.5) / (holders + 0.5))::float8 as weight
                    from (select term, query, records, least(records, greatest(sum(found),
                            case when max(found) > %4$d then often * records else 0 end)) as holders
                          from tally, size group by term, query, often, records) as terms),
                best as materialized (
                    select kind, id, feed_xid from matched join weight using (term)
                    group by kind, id, feed_xid order by sum(weight) desc, feed_xid desc, id desc limit %4$d),
                found as materialized (%3$s),
                ranked as materialized (
                    select kind, id, feed_xid, actor, counter, (select %5$s from weight) as score
                    from found)
                select facts.*, page.* from
                    (select count(*) > %4$d or exists (select from tally where found > %4$d) as truncated
                     from (select distinct kind, id from matched) as candidates) as facts left join (
                        select kind, id, feed_xid, actor, counter, score from ranked
                        where (score, feed_xid, id) < (:score, :xid, :id)
                        order by score desc, feed_xid desc, id desc limit :rows) as page on true
                order by score desc, feed_xid desc, id desc
                """.formatted(union(kinds, SearchSql::fresh), matched(kinds, terms),
                        union(kinds, (kind, filter) -> found(kind)), RANKED, terms == 1 ? ALONE : TOGETHER);
    }

    /**
     * How many records of a kind come behind its place, and how many deletions: what is noted down of those that they
     * are about takes the place of others. More than this many of each are not counted.
     */
    static String behind(Kind kind, int most) {
        return """
                select (select count(*) from (select from %1$s
                    where (feed_xid, id) > (:xid%1$s, :id%1$s) and feed_xid < :horizon limit %2$d) as live),
                (select count(*) from (select from tombstones where kind = '%1$s'
                    and (feed_xid, id) > (:xid%1$s, :id%1$s) and feed_xid < :horizon limit %2$d) as dead)
                """.formatted(kind, most);
    }

    /** The records of a page with their excerpts. */
    static String records(Kind kind) {
        return "select id, " + Columns.list(kind, "") + ", ts_headline('simple', " + KindWords.of(kind).text()
                + ", :asked::tsquery, 'MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter=\" … \","
                + " StartSel=\"\", StopSel=\"\"') from " + kind + " where id = any(:ids)";
    }

    /** What was written since the words were last noted down. */
    private static String fresh(Kind kind, Filter filter) {
        return """
                (select * from (
                    select '%1$s' as kind, id, feed_xid, %2$s as words from %1$s
                    where (feed_xid, id) > (:xid%1$s, :id%1$s) and feed_xid < :horizon and %3$s
                    order by feed_xid desc, id desc limit %4$d) as new
                 where words @@ :asked::tsquery)
                """.formatted(kind, KindWords.of(kind).words(), filter.condition(), READ);
    }

    /** For each term by itself, so that the planner knows how many have it: it walks from the newest, or looks up. */
    private static String matched(Map<Kind, Filter> kinds, int terms) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < terms; i++) {
            int number = i;
            String term = ":" + term(number) + "::tsquery";
            String often = ":" + often(number);
            parts.add(union(kinds, (kind, filter) -> """
                    (select %1$d as term, %2$s as query, %6$s::float8 as often, kind, id, feed_xid
                     from search_words as w
                     where kind = '%3$s' and feed_xid < :horizon and words @@ %2$s%4$s
                     order by feed_xid desc, id desc limit %5$d)
                    """.formatted(number, term, kind, chosen(kind, filter), RANKED + 1, often)));
            parts.add("select %1$d, %2$s, %3$s, kind, id, feed_xid from fresh where words @@ %2$s"
                    .formatted(number, term, often));
        }
        return String.join(" union all ", parts);
    }

    private static String chosen(Kind kind, Filter filter) {
        return filter.condition().equals(TRUE) ? ""
                : " and exists (select from " + kind + " as r where r.id = w.id and " + filter.condition() + ")";
    }

    /** Of what is still as it was when its words were noted down. */
    private static String found(Kind kind) {
        return """
                (select b.kind, b.id, b.feed_xid, w.words, r.actor, r.counter
                 from best b join %1$s r on r.id = b.id and r.feed_xid = b.feed_xid, lateral (
                     select words from search_words n where (n.kind, n.id, n.feed_xid) = (b.kind, b.id, b.feed_xid)
                     union all
                     select words from fresh n where (n.kind, n.id, n.feed_xid) = (b.kind, b.id, b.feed_xid)) as w
                 where b.kind = '%1$s')
                """.formatted(kind);
    }

    private static String union(Map<Kind, Filter> kinds, BiFunction<Kind, Filter, String> part) {
        return kinds.entrySet().stream().map(kind -> part.apply(kind.getKey(), kind.getValue()))
                .collect(joining(" union all "));
    }
}
