package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PullStart;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.run.DatabaseWentBack;
import io.agentdb.sync.run.IncarnationRenewal;
import io.agentdb.sync.run.SyncMetrics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Serves our feed to a peer that reads it. */
public final class PullHandler implements RequestHandler<PullRequest> {

    private static final int DEFAULT_BATCH = 100;

    private final ChangeFeed feed;
    private final StartingPoints starts;
    private final KnowledgeExchange knowledge;
    private final ClaimClient claiming;
    private final IncarnationRenewal renewals;
    private final Supplier<Duration> behind;
    private final SyncMetrics metrics;

    /** @param behind what was committed longer ago than this is in the feed */
    public PullHandler(ChangeFeed feed, StartingPoints starts, KnowledgeExchange knowledge, IncarnationRenewal renewals,
            Supplier<Duration> behind, SyncMetrics metrics) {
        this.feed = feed;
        this.starts = starts;
        this.knowledge = knowledge;
        this.claiming = new ClaimClient(feed);
        this.renewals = renewals;
        this.behind = behind;
        this.metrics = metrics;
    }

    @Override
    public Class<PullRequest> request() {
        return PullRequest.class;
    }

    @Override
    public void handle(PullRequest request, Exchange exchange) {
        Session peer = exchange.session();
        PermissionCheck.some(request.from().keySet());
        PermissionCheck.read(peer, request.from().keySet());
        PermissionCheck.read(peer, request.reconcile());
        Map<Kind, Cursor> from = unlessFromFuture(peer, () ->
                starts.asked(believed(request, peer), peer, request.selection()));
        // Before the fence: what holds it back now is at least as old.
        Duration heldBack = behind.get();
        // Before the rows: a fence that is taken later would claim commits that the rows do not show.
        long fence = feed.fence();
        List<Kind> kinds = List.copyOf(from.keySet());
        Map<Kind, Knowledge> told = knowledge.told(kinds, fence, request.selection());
        Function<Kind, Reader> readers = unlessFromFuture(
                peer, () -> knowledge.readers(peer, believedKnown(request, peer)));
        exchange.send(new PullStart(starts.totals(from, fence, request.selection(), readers), starts.missed(from)));
        int records = request.batchRecords() == 0 ? DEFAULT_BATCH : request.batchRecords();
        Map<Kind, Cursor> reached = new LinkedHashMap<>();
        from.forEach((kind, cursor) -> {
            FeedWalk walk = new FeedWalk(feed, kind, cursor, fence, request.selection(), readers.apply(kind), records);
            for (Optional<Batch> batch = walk.next(); batch.isPresent(); batch = walk.next()) {
                exchange.send(batch.get());
                metrics.sent(kind, peer.nodeId().name(), batch.get().records());
            }
            reached.put(kind, walk.reached());
        });
        request.reconcile().forEach(kind -> claiming.send(
                exchange, kind, fence, request.known().getOrDefault(kind, Knowledge.NONE)));
        exchange.send(new PullEnd(reached, knowledge.stillTold(told, fence, peer), heldBack));
        exchange.finish();
    }

    /**
     * Who may only read is no witness of this node's past: from beyond its future he begins anew, and nothing else
     * comes of it.
     */
    private Map<Kind, Cursor> believed(PullRequest request, Session peer) {
        Map<Kind, Cursor> believed = new LinkedHashMap<>(request.from());
        long horizon = feed.horizon();
        believed.replaceAll((kind, cursor) -> isWitness(peer, kind) || cursor.xid() < horizon ? cursor
                : Cursor.start(peer.own()));
        return believed;
    }

    private Map<Kind, Knowledge> believedKnown(PullRequest request, Session peer) {
        Map<Kind, Knowledge> believed = new LinkedHashMap<>(request.known());
        long horizon = feed.horizon();
        believed.replaceAll((kind, known) -> isWitness(peer, kind)
                || known.below().getOrDefault(peer.own(), 0L) <= horizon ? known
                : known.without(Set.of(peer.own())));
        return believed;
    }

    private static boolean isWitness(Session peer, Kind kind) {
        return peer.caller().permissions().write().contains(kind);
    }

    private <T> T unlessFromFuture(Session peer, Supplier<T> what) {
        try {
            return what.get();
        } catch (DatabaseWentBack e) {
            throw renewals.renewed(peer, e.witness(), e.actor(), e.getMessage());
        }
    }
}
