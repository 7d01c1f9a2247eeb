package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.replica.apply.Applied;
import io.agentdb.sync.replica.apply.BatchOrigin;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.RunTally;
import io.agentdb.sync.version.Dot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Sends our feed to a peer. The cursor moves only past what the peer has acknowledged, and past a conflict only once its outcome is
 * on both sides; so after a crash anywhere, the next push begins early enough.
 */
public final class PushClient {

    /** Records sent and not yet acknowledged. */
    private static final int WINDOW = 4_000;
    /** Acknowledged records after which the cursor is stored: what a crash makes us send again at most. */
    private static final int CHECKPOINT = 5_000;
    /** How often a record may change on the other side while its outcome is under way. */
    private static final int ROUNDS = 10;

    private final ChangeFeed feed;
    private final StartingPoints starts;
    private final KnowledgeExchange knowledge;
    private final ChangeApplier applier;
    private final MeetingCounter meeting;

    public PushClient(ChangeFeed feed, StartingPoints starts, KnowledgeExchange knowledge, ChangeApplier applier, MeetingCounter meeting) {
        this.feed = feed;
        this.starts = starts;
        this.knowledge = knowledge;
        this.applier = applier;
        this.meeting = meeting;
    }

    /**
     * @param outcomes of conflicts of this run that the feed alone would not tell the peer
     * @param reconciled kinds of which the peer has claimed in this run what it holds
     * @return kinds of which the peer may have missed deletions; their cursors stay, so that nobody forgets to ask for its claims
     */
    public List<Kind> run(Exchange exchange, RunScope scope, List<Kind> reconciled, KeptVersions outcomes, RunTally tally) {
        Session peer = exchange.session();
        PushRequest request = meeting.begin(scope, peer);
        exchange.send(request);
        PushReady ready = exchange.receive(PushReady.class);
        AskedKinds.hold(scope.kinds(), ready.known().keySet(), "push_ready.known");
        meeting.confirmed(request, ready, peer);
        Map<Kind, Cursor> from = starts.unsent(scope.kinds(), ready.read(), peer, scope.selection());
        long fence = feed.fence();
        List<Kind> missed = new ArrayList<>(starts.missed(from));
        missed.removeAll(reconciled);
        Map<Kind, Knowledge> told = knowledge.told(scope.kinds(), fence, scope.selection());
        Function<Kind, Reader> readers = knowledge.readers(peer, ready.known());
        tally.begin(Phase.PUSHING, starts.totals(from, fence, scope.selection(), readers).values().stream()
                .mapToLong(Long::longValue).sum());
        from.forEach((kind, cursor) -> push(exchange, new FeedWalk(feed, kind, cursor, fence, scope.selection(), readers.apply(kind),
                scope.batchSize()), kind, missed.contains(kind), scope, tally));
        for (Kind kind : scope.kinds()) {
            if (!outcomes.kept(kind).isEmpty()) {
                settle(exchange, kind, List.of(), outcomes.kept(kind), scope, tally);
            }
        }
        exchange.send(new PushEnd(knowledge.stillTold(told, fence, peer)));
        exchange.finish();
        exchange.receive(PushDone.class);
        return missed;
    }

    private void push(Exchange exchange, FeedWalk walk, Kind kind, boolean missed, RunScope scope, RunTally tally) {
        Deque<Batch> unacknowledged = new ArrayDeque<>();
        List<Revision> concurrent = new ArrayList<>();
        int inFlight = 0;
        int sinceCheckpoint = 0;
        Optional<Cursor> settled = Optional.empty();
        try {
            Optional<Batch> next = walk.next();
            while (next.isPresent() || !unacknowledged.isEmpty()) {
                if (next.isPresent() && inFlight < WINDOW && concurrent.isEmpty()) {
                    exchange.send(next.get());
                    unacknowledged.add(next.get());
                    inFlight += next.get().records().size();
                    next = walk.next();
                    continue;
                }
                BatchAck ack = Answers.next(exchange, kind, scope.selection(), unacknowledged, concurrent);
                Batch acknowledged = unacknowledged.remove();
                inFlight -= acknowledged.records().size();
                sinceCheckpoint += acknowledged.records().size();
                tally.pushed(kind, ack, acknowledged.records());
                if (unacknowledged.isEmpty() && !concurrent.isEmpty()) {
                    settle(exchange, kind, concurrent, Set.of(), scope, tally);
                    concurrent.clear();
                }
                settled = concurrent.isEmpty() ? Optional.ofNullable(acknowledged.next()) : settled;
                if (concurrent.isEmpty() && sinceCheckpoint >= CHECKPOINT) {
                    settled.ifPresent(cursor -> store(exchange.session(), kind, cursor, missed, scope));
                    sinceCheckpoint = 0;
                }
            }
        } catch (SyncException broken) {
            Optional<Cursor> last = concurrent.isEmpty() ? acknowledgedBefore(exchange, unacknowledged, settled, kind, tally) : settled;
            last.ifPresent(cursor -> store(exchange.session(), kind, cursor, missed, scope));
            throw broken;
        }
        store(exchange.session(), kind, walk.reached(), missed, scope);
    }

    /** A peer that gives little per minute breaks off often: sending again what it has acknowledged would never come to an end. */
    private static Optional<Cursor> acknowledgedBefore(Exchange exchange, Deque<Batch> unacknowledged, Optional<Cursor> settled, Kind kind,
            RunTally tally) {
        Optional<Cursor> last = settled;
        try {
            while (!unacknowledged.isEmpty() && exchange.poll().orElse(null) instanceof BatchAck ack
                    && ack.concurrent().isEmpty() && !ack.more()) {
                Batch acknowledged = unacknowledged.remove();
                tally.pushed(kind, ack, acknowledged.records());
                last = Optional.ofNullable(acknowledged.next());
            }
        } catch (SyncException end) {
            // What came before it counts.
            return last;
        }
        return last;
    }

    /**
     * Resolves what both sides changed, and tells the peer the outcomes that differ from what it has and belong to the selection: what one
     * side took out of it stays there, content and all.
     *
     * @param decided records whose outcome is known already
     */
    private void settle(Exchange exchange, Kind kind, List<Revision> theirs, Set<UUID> decided, RunScope scope, RunTally tally) {
        Session peer = exchange.session();
        List<Revision> open = List.copyOf(theirs);
        for (int round = 0; round < ROUNDS && (round == 0 || !open.isEmpty()); round++) {
            Applied applied = applier.apply(kind, open, new BatchOrigin(peer.nodeId(), peer.actor()), scope.policy(kind), null);
            tally.settled(kind, open, applied);
            Collection<Revision> outcomes = round > 0 || decided.isEmpty() ? outcomes(kind, open, applied) : applier.load(kind, decided);
            open = deliver(exchange, kind, scope.selection(), outcomes.stream().filter(scope.selection()::matches).toList(), open, tally);
        }
        if (!open.isEmpty()) {
            throw new OutcomeUnknown(open.size() + " " + kind + " keep changing on both sides, first " + open.get(0).id()
                    + "; the next sync goes on", null);
        }
    }

    /** @return the peer's versions of those that it has changed meanwhile */
    private List<Revision> deliver(Exchange exchange, Kind kind, Selection selection, List<Revision> outcomes, List<Revision> theirs,
            RunTally tally) {
        List<Revision> changed = new ArrayList<>();
        List<BatchAck> acks = new ArrayList<>();
        Deque<List<Revision>> parts = new ArrayDeque<>(FrameSizedParts.of(outcomes));
        while (!parts.isEmpty()) {
            Deque<Batch> underWay = new ArrayDeque<>();
            int records = 0;
            while (!parts.isEmpty() && records < WINDOW) {
                records += parts.peek().size();
                underWay.add(new Batch(kind, parts.remove(), null));
                exchange.send(underWay.getLast());
            }
            for (; !underWay.isEmpty(); underWay.remove()) {
                acks.add(Answers.next(exchange, kind, selection, underWay, changed));
            }
        }
        Map<UUID, Revision> had = theirs.stream().collect(Collectors.toMap(Revision::id, Function.identity(), (a, b) -> b));
        tally.delivered(kind, acks, outcomes, outcomes.stream().filter(outcome -> !had.containsKey(outcome.id())
                || !Objects.equals(outcome.content(), had.get(outcome.id()).content())).count());
        Set<UUID> open = changed.stream().map(Revision::id).collect(Collectors.toSet());
        // They lie above the fence that the cursor will stand at: the next run would send them once more.
        applier.given(kind, outcomes.stream().filter(outcome -> !open.contains(outcome.id())).toList(),
                new BatchOrigin(exchange.session().nodeId(), exchange.session().actor()));
        return changed;
    }

    /**
     * Ours that the peer has to take over. Not those that do not know the peer's, which waits for a person or in quarantine: the peer
     * would only answer with its own again.
     */
    private List<Revision> outcomes(Kind kind, List<Revision> theirs, Applied applied) {
        Map<UUID, Dot> by = theirs.stream().collect(Collectors.toMap(Revision::id, revision -> revision.version().dot(), (a, b) -> b));
        applied.conflicts().stream().filter(PushClient::remoteWonAsItWas).forEach(conflict -> by.remove(conflict.remote().id()));
        return applier.load(kind, by.keySet()).stream().filter(ours -> Optional.ofNullable(by.get(ours.id()))
                .filter(dot -> !ours.version().dot().sameWrite(dot) && ours.version().context().contains(dot)).isPresent()).toList();
    }

    private static boolean remoteWonAsItWas(Conflict conflict) {
        Revision winner = conflict.resolution().winner();
        return winner != null && winner.version().dot().sameWrite(conflict.remote().version().dot());
    }

    private void store(Session peer, Kind kind, Cursor cursor, boolean missed, RunScope scope) {
        if (scope.selection().since() == null && !missed) {
            starts.acknowledged(peer, kind, scope.selection(), cursor);
        }
    }
}
