package io.agentdb.sync.conversation;

import io.agentdb.sync.companion.Companions;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PullStart;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.StandingRequest;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.ChangeSource;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Newest;
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
    private final ChangeSource changes;
    private final StandingPulls pulls;
    private final SyncMetrics metrics;
    private final Companions companions;

    /**
     * @param behind what was committed longer ago than this is in the feed
     * @param changes tells pulls that stay open when there is more
     * @param pulls knows of these
     * @param companions what goes along with records
     */
    public PullHandler(ChangeFeed feed, StartingPoints starts, KnowledgeExchange knowledge, IncarnationRenewal renewals,
            Supplier<Duration> behind, ChangeSource changes, StandingPulls pulls, SyncMetrics metrics,
            Companions companions) {
        this.feed = feed;
        this.starts = starts;
        this.knowledge = knowledge;
        this.claiming = new ClaimClient(feed);
        this.renewals = renewals;
        this.behind = behind;
        this.changes = changes;
        this.pulls = pulls;
        this.metrics = metrics;
        this.companions = companions;
    }

    @Override
    public Class<PullRequest> request() {
        return PullRequest.class;
    }

    @Override
    public void handle(PullRequest request, Exchange exchange) {
        serve(request, exchange);
        exchange.finish();
    }

    @Override
    public Optional<StandingRequest> open(PullRequest request, Exchange exchange) {
        Served served = serve(request, exchange);
        if (!request.live()) {
            exchange.finish();
            return Optional.empty();
        }
        return Optional.of(new StandingRequest() {
            @Override
            public boolean goOn() {
                // It has nothing more to say than that it ends.
                return !exchange.ready() && served.goOn();
            }

            @Override
            public Runnable watch(Runnable due) {
                Runnable unwatch = changes.listen(due);
                Runnable end = request.selection().everything() ? pulls.begin(exchange.session().actor(),
                        request.from().keySet()) : () -> { };
                return () -> {
                    end.run();
                    unwatch.run();
                };
            }
        });
    }

    private Served serve(PullRequest request, Exchange exchange) {
        Session peer = exchange.session();
        PermissionCheck.some(request.from().keySet());
        PermissionCheck.read(peer, request.from().keySet());
        PermissionCheck.read(peer, request.reconcile());
        Map<Kind, Cursor> from = unlessFromFuture(peer, () ->
                starts.asked(believed(request, peer), peer, request.selection()));
        // Before the fence: what holds it back now is at least as old.
        Duration heldBack = behind.get();
        // Before the rows: a fence that is taken later would claim commits that the rows do not show.
        Newest now = feed.newest();
        long fence = now.fence();
        List<Kind> kinds = List.copyOf(from.keySet());
        Map<Kind, Knowledge> told = knowledge.told(kinds, fence, request.selection());
        Function<Kind, Reader> readers = unlessFromFuture(
                peer, () -> knowledge.readers(peer, believedKnown(request, peer), fence));
        exchange.send(new PullStart(starts.totals(from, now, request.selection(), readers), starts.missed(from)));
        Served served = new Served(request, exchange, readers, from);
        served.send(now);
        request.reconcile().forEach(kind -> claiming.send(
                exchange, kind, fence, request.known().getOrDefault(kind, Knowledge.NONE)));
        exchange.send(new PullEnd(served.reached, knowledge.stillTold(told, fence, peer), heldBack));
        return served;
    }

    /** How far a peer has been served. One thread at a time. */
    private final class Served {

        private final PullRequest request;
        private final Exchange exchange;
        private final Function<Kind, Reader> readers;
        private final Map<Kind, Cursor> reached;

        Served(PullRequest request, Exchange exchange, Function<Kind, Reader> readers, Map<Kind, Cursor> from) {
            this.request = request;
            this.exchange = exchange;
            this.readers = readers;
            this.reached = new LinkedHashMap<>(from);
        }

        private void send(Newest now) {
            reached.entrySet().forEach(at -> send(at, now, false));
        }

        /** @param again whether it is called again, so that no worker waits for a peer that does not keep up */
        private void send(Map.Entry<Kind, Cursor> at, Newest now, boolean again) {
            Kind kind = at.getKey();
            FeedWalk walk = new FeedWalk(feed, kind, at.getValue(), now, request.selection(), readers.apply(kind),
                    request.batchRecords() == 0 ? DEFAULT_BATCH : request.batchRecords(),
                    records -> companions.of(exchange.session(), kind, records));
            for (Optional<Batch> next = walk.next(); next.isPresent(); next = walk.next()) {
                if (again && !exchange.keepsUp()) {
                    return;
                }
                exchange.send(next.get());
                metrics.sent(kind, exchange.session().nodeId().name(), next.get().records());
                next.get().next().ifPresent(at::setValue);
            }
            at.setValue(walk.reached());
        }

        /**
         * What is new since. Nothing is told of what this node knows: the next pull does, and it costs more than a
         * record.
         */
        private boolean goOn() {
            knowledge.current(exchange.session());
            Newest now = changes.newest().orElseGet(feed::newest);
            for (Map.Entry<Kind, Cursor> at : reached.entrySet()) {
                if (now.isBeyond(at.getValue(), at.getKey()) && exchange.keepsUp()) {
                    send(at, now, true);
                }
            }
            return true;
        }
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
