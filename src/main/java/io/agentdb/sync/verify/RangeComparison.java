package io.agentdb.sync.verify;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.DigestAnswer;
import io.agentdb.sync.protocol.Message.DigestQuery;
import io.agentdb.sync.protocol.Message.ItemsAnswer;
import io.agentdb.sync.protocol.Message.ItemsQuery;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.replica.digest.IdRange;
import io.agentdb.sync.replica.digest.RangeDigest;
import io.agentdb.sync.replica.digest.RangeDigests;
import io.agentdb.sync.replica.digest.RecordDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Finds the records of one kind in which a peer's memory differs from ours: asks for digests of ranges of ids, cuts
 * those that differ into smaller ones, and has the records of the smallest listed (Meyer, "Range-Based Set
 * Reconciliation", 2022). The peer is not trusted: only our own records decide how deep that goes, and the number of
 * queries is bounded. One thread; blocks on the network and the database.
 */
final class RangeComparison {

    private static final int PARTS = 16;
    /** Records of a range, on the side that has fewer, that are listed and not divided any more. */
    private static final int FEW = 64;
    /** Records that we digest between two queries, so that the peer does not take us for gone. */
    private static final int AT_ONCE = 200_000;
    /**
     * How often a range may have another digest, and yet the same records: one that is being changed has, now and then.
     */
    private static final int PATIENCE = 5;
    private static final int QUERIES = 20_000;

    /** How many records each side has. */
    record Totals(long here, long there) { }

    private record Compared(IdRange range, RangeDigest here, RangeDigest there) {
        boolean differs() {
            return !here.equals(there);
        }
    }

    private final Kind kind;
    private final Exchange exchange;
    private final RangeDigests own;
    private final Consumer<Difference> found;
    private int queries;

    RangeComparison(Kind kind, Exchange exchange, RangeDigests own, Consumer<Difference> found) {
        this.kind = kind;
        this.exchange = exchange;
        this.own = own;
        this.found = found;
    }

    /** Queries so far, each a round trip. */
    int queries() {
        return queries;
    }

    /** @param records about how many there are here */
    Totals everything(long records) {
        int parts = (int) Math.min(Limits.RANGES, records / AT_ONCE + 1);
        Totals totals = new Totals(0, 0);
        for (IdRange part : parts == 1 ? List.of(IdRange.ALL) : own.split(kind, List.of(IdRange.ALL), parts)) {
            Compared compared = compared(List.of(part)).get(0);
            totals = new Totals(totals.here + compared.here.records(), totals.there + compared.there.records());
            descend(compared);
        }
        return totals;
    }

    /** Compares just these records. */
    void these(Collection<UUID> ids) {
        List<IdRange> ranges = ids.stream().sorted(IdRange.ORDER).map(IdRange::only).toList();
        for (int i = 0; i < ranges.size(); i += Limits.RANGES) {
            list(ranges.subList(i, Math.min(i + Limits.RANGES, ranges.size())));
        }
    }

    private void descend(Compared top) {
        // Always in the order of ids: what a range is divided into comes before what is still waiting.
        Deque<Compared> open = new ArrayDeque<>();
        divide(List.of(top), open);
        while (!open.isEmpty()) {
            List<IdRange> next = new ArrayList<>();
            long records = 0;
            while (!open.isEmpty() && next.size() < Limits.RANGES / PARTS && records < AT_ONCE) {
                records += open.peek().here.records();
                next.add(open.pop().range);
            }
            divide(compared(own.split(kind, next, PARTS)), open);
        }
    }

    private void divide(List<Compared> all, Deque<Compared> open) {
        List<IdRange> small = new ArrayList<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            Compared one = all.get(i);
            if (one.differs() && Math.min(one.here.records(), one.there.records()) <= FEW) {
                // Where one side has few and the other many, nearly all of them differ: listing them is in proportion.
                small.add(0, one.range);
            } else if (one.differs()) {
                open.push(one);
            }
        }
        Collection<IdRange> same = list(small);
        for (int i = 0; !same.isEmpty(); i++) {
            if (i == PATIENCE) {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                        "the peer's digest of the range of " + kind + " " + same.iterator().next()
                        + " does not match the records that it lists: they are the same as here, and the digest is"
                                + " not; run the same release on both nodes");
            }
            same = list(compared(List.copyOf(same)).stream().filter(Compared::differs).map(Compared::range).toList());
        }
    }

    private List<Compared> compared(List<IdRange> ranges) {
        count();
        exchange.send(new DigestQuery(ranges));
        // Meanwhile the peer does the same.
        List<RangeDigest> here = own.digests(kind, ranges);
        List<RangeDigest> there = exchange.receive(DigestAnswer.class).digests();
        if (there.size() != ranges.size()) {
            throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                    "digest_answer has " + there.size() + " digests for " + ranges.size() + " ranges");
        }
        List<Compared> compared = new ArrayList<>(ranges.size());
        for (int i = 0; i < ranges.size(); i++) {
            compared.add(new Compared(ranges.get(i), here.get(i), there.get(i)));
        }
        return compared;
    }

    /** @return the ranges without a difference */
    private Collection<IdRange> list(List<IdRange> ranges) {
        Set<IdRange> same = new LinkedHashSet<>(ranges);
        DigestPages here = new DigestPages(ranges, rest -> {
            List<RecordDigest> items = own.items(kind, rest, Limits.ITEMS);
            return new ItemsAnswer(items, items.size() == Limits.ITEMS);
        });
        DigestPages there = new DigestPages(ranges, rest -> ask(new ItemsQuery(rest), ItemsAnswer.class));
        RecordDigest mine = here.next();
        RecordDigest theirs = there.next();
        int range = 0;
        while (mine != null || theirs != null) {
            int order = mine == null ? 1 : theirs == null ? -1 : IdRange.ORDER.compare(mine.id(), theirs.id());
            Optional<Difference> difference = Difference.of(
                    kind.name(), order <= 0 ? mine : null, order >= 0 ? theirs : null);
            if (difference.isPresent()) {
                found.accept(difference.get());
                while (!ranges.get(range).contains(difference.get().id())) {
                    range++;
                }
                same.remove(ranges.get(range));
            }
            mine = order <= 0 ? here.next() : mine;
            theirs = order >= 0 ? there.next() : theirs;
        }
        return same;
    }

    private <M extends Message> M ask(Message query, Class<M> answer) {
        count();
        exchange.send(query);
        return exchange.receive(answer);
    }

    private void count() {
        if (++queries > QUERIES) {
            throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION, "gave up comparing " + kind + " after " + QUERIES
                    + " queries: the peer names ever more records; synchronize first, then verify again");
        }
    }
}
