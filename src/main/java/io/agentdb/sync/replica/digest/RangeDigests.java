package io.agentdb.sync.replica.digest;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.RevisionRows;
import io.agentdb.sync.replica.knowledge.Tombstones;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * This node's live records in short, range of ids by range, for comparing them with a peer's. Tombstones are no part of
 * it: each node drops its own when nobody needs them any more. Every call is a short transaction with a snapshot of its
 * own. Thread-safe.
 */
public final class RangeDigests {

    private static final String RANGES = "unnest(?::uuid[], ?::uuid[]) with ordinality as r (lo, hi, n)";
    /** The second comparison keeps to the index whether there is an end or not. */
    private static final String INSIDE = """
            id >= r.lo and id <= coalesce(r.hi, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                and (r.hi is null or id < r.hi)""";
    /** A record's own digest, so that what is digested together stays short however long the contents are. */
    private static final String RECORD = "decode(md5(uuid_send(id) || convert_to(actor, 'UTF8') || int8send(counter)"
            + " || decode(md5(%s), 'hex')), 'hex')";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    public RangeDigests(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** One digest for each range, in their order; reads every record in them. */
    public List<RangeDigest> digests(Kind kind, List<IdRange> ranges) {
        return read(() -> jdbc.query("""
                select t.records, t.digest from %s cross join lateral (
                    select count(*) as records, md5(coalesce(string_agg(%s, '' order by id), '')) as digest from %s
                        where %s) t
                order by r.n
                """.formatted(RANGES, RECORD.formatted(content(kind)), kind, INSIDE),
                (row, i) -> new RangeDigest(row.getLong(1), row.getString(2)), arguments(ranges)));
    }

    /**
     * The records in the ranges, in the order of ids, the first {@code most} of them; the ranges have that order too.
     */
    public List<RecordDigest> items(Kind kind, List<IdRange> ranges, int most) {
        return read(() -> {
            // Else the planner, which does not know the ranges, may sort all that is left of a large one for each page
            // of it.
            jdbc.execute("set local enable_sort = off");
            return jdbc.query("""
                    select t.* from %s cross join lateral (
                        select id, actor, counter, md5(%s) from %s where %s order by id limit ?) t
                    order by r.n, t.id limit ?
                    """.formatted(RANGES, content(kind), kind, INSIDE),
                    (row, i) -> new RecordDigest(row.getObject(1, UUID.class),
                            new Write(new Actor(row.getString(2)), row.getLong(3)), row.getString(4)),
                    arguments(ranges, most, most));
        });
    }

    /** Cuts each range into about so many parts that have equally many of the records that are here. */
    public List<IdRange> split(Kind kind, List<IdRange> ranges, int parts) {
        List<List<UUID>> cuts = new ArrayList<>();
        ranges.forEach(range -> cuts.add(new ArrayList<>()));
        read(() -> jdbc.query("""
                select r.n, t.id from %s cross join lateral (
                    select id, row_number() over (order by id) - 1 as k, count(*) over () as records from %s where %s) t
                where t.k > 0 and t.k %% ((t.records + ? - 1) / ?) = 0
                order by r.n, t.id
                """.formatted(RANGES, kind, INSIDE),
                (row, i) -> cuts.get(row.getInt(1) - 1).add(row.getObject(2, UUID.class)),
                        arguments(ranges, parts, parts)));
        List<IdRange> all = new ArrayList<>();
        for (int i = 0; i < cuts.size(); i++) {
            UUID lo = ranges.get(i).lo();
            for (UUID cut : cuts.get(i)) {
                all.add(new IdRange(lo, cut));
                lo = cut;
            }
            all.add(new IdRange(lo, ranges.get(i).hi()));
        }
        return all;
    }

    private <T> T read(Supplier<T> query) {
        return transaction.execute(status -> {
            // Digests are over text: every session must write times and numbers alike.
            jdbc.execute("set local timezone = 'UTC'; set local datestyle = 'ISO'; set local extra_float_digits = 1");
            return query.get();
        });
    }

    private static String content(Kind kind) {
        return RevisionRows.digested(kind, "");
    }

    private static Object[] arguments(List<IdRange> ranges, Object... more) {
        List<Object> arguments = new ArrayList<>();
        arguments.add(ranges.stream().map(IdRange::lo).toArray(UUID[]::new));
        arguments.add(ranges.stream().map(IdRange::hi).toArray(UUID[]::new));
        arguments.addAll(List.of(more));
        return arguments.toArray();
    }
}
