package io.agentdb.sync.conversation;

import io.agentdb.sync.companion.Companions;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.apply.HeldByPeer;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.ChangeSource;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Newest;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.Cancellation.RunCancelled;
import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.RunTally;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Sends our feed to a peer. The cursor moves only past what the peer has acknowledged, and past a conflict only once
 * its outcome is on both sides; so after a crash anywhere, the next push begins early enough.
 */
public final class PushClient {

    /** What became of one kind's part of the feed. */
    private enum Sent { NOTHING, ALL, CONFLICTS_LEFT }

    private final ChangeFeed feed;
    private final StartingPoints starts;
    private final KnowledgeExchange knowledge;
    private final ConflictOutcomes conflicts;
    private final MeetingCounter meeting;
    private final ChangeSource changes;
    private final StandingPulls pulls;
    private final Companions companions;

    /**
     * @param changes tells a push that stays open when there is more
     * @param pulls a push that stays open leaves to them what they send
     * @param companions what goes along with records
     */
    public PushClient(ChangeFeed feed, StartingPoints starts, KnowledgeExchange knowledge, ChangeApplier applier,
            HeldByPeer held, MeetingCounter meeting, ChangeSource changes, StandingPulls pulls, Companions companions) {
        this.feed = feed;
        this.starts = starts;
        this.knowledge = knowledge;
        this.conflicts = new ConflictOutcomes(applier, held);
        this.meeting = meeting;
        this.changes = changes;
        this.pulls = pulls;
        this.companions = companions;
    }

    /**
     * In one direction alone, what both sides changed is left as it is, on both: the cursor stays before it, and the
     * peer is not told that it knows our version, or no later run would send it.
     *
     * @param outcomes of conflicts of this run that the feed alone would not tell the peer
     * @param reconciled kinds of which the peer has claimed in this run what it holds
     * @return kinds of which the peer may have missed deletions; their cursors stay, so that nobody forgets to ask for
     *     its claims
     */
    public List<Kind> run(Exchange exchange, RunScope scope, List<Kind> reconciled, KeptVersions outcomes,
            RunTally tally) {
        Session peer = exchange.session();
        PushReady ready = ask(exchange, meeting.begin(scope, peer), scope);
        Map<Kind, Cursor> from = starts.unsent(scope.kinds(), ready.read(), peer, scope.selection());
        Newest now = feed.newest();
        long fence = now.fence();
        List<Kind> missed = new ArrayList<>(starts.missed(from));
        missed.removeAll(reconciled);
        Map<Kind, Knowledge> told = new LinkedHashMap<>(knowledge.told(scope.kinds(), fence, scope.selection()));
        Function<Kind, Reader> readers = knowledge.readers(peer, ready.known(), fence);
        tally.progress().begin(Phase.PUSHING, starts.totals(from, now, scope.selection(), readers).values().stream()
                .mapToLong(Long::longValue).sum());
        Map<Kind, Cursor> unmoved = new LinkedHashMap<>();
        Set<Kind> conflicting = new HashSet<>();
        from.forEach((kind, cursor) -> {
            FeedWalk walk = new FeedWalk(
                    feed, kind, cursor, now, scope.selection(), readers.apply(kind), scope.batchSize(),
                    records -> companions.of(peer, kind, records));
            switch (send(exchange, walk, kind, missed.contains(kind), scope, tally)) {
                case ALL -> store(peer, kind, walk.reached(), missed.contains(kind), scope);
                case CONFLICTS_LEFT -> conflicting.add(kind);
                case NOTHING -> unmoved.putAll(missed.contains(kind) ? Map.of() : Map.of(kind, walk.reached()));
            }
        });
        store(peer, unmoved, scope);
        for (Kind kind : scope.kinds()) {
            if (!outcomes.kept(kind).isEmpty()) {
                conflicts.resolve(exchange, kind, List.of(), outcomes.kept(kind), scope, tally);
            }
        }
        told.keySet().removeAll(conflicting);
        exchange.send(new PushEnd(knowledge.stillTold(told, fence, peer)));
        exchange.finish();
        exchange.receive(PushDone.class);
        return missed;
    }

    /**
     * Begins a push that stays open.
     *
     * @return how it goes on
     * @throws OutcomeUnknown if the peer may have missed deletions: a whole run mends that
     */
    public Ongoing open(Exchange exchange, RunScope scope, RunTally tally) {
        Session peer = exchange.session();
        PushReady ready = ask(exchange, meeting.begin(scope, peer).staying(), scope);
        Map<Kind, Cursor> sent = starts.unsent(scope.kinds(), ready.read(), peer, scope.selection());
        if (!starts.missed(sent).isEmpty()) {
            throw new OutcomeUnknown("the peer may have missed deletions: the next run asks for its claims", null);
        }
        return new OngoingPush(
                exchange, scope, tally, sent, knowledge.readers(peer, ready.known(), feed.fence()));
    }

    /** What has been written since is sent, and acknowledged. */
    private final class OngoingPush implements Ongoing {

        private final Exchange exchange;
        private final RunScope scope;
        private final RunTally tally;
        private final Map<Kind, Cursor> sent;
        private final Function<Kind, Reader> readers;
        private final Map<Kind, Cursor> unnoted = new LinkedHashMap<>();
        private boolean left;

        OngoingPush(Exchange exchange, RunScope scope, RunTally tally, Map<Kind, Cursor> sent,
                Function<Kind, Reader> readers) {
            this.exchange = exchange;
            this.scope = scope;
            this.tally = tally;
            this.sent = sent;
            this.readers = readers;
        }

        @Override
        public boolean goOn() {
            Session peer = exchange.session();
            if (exchange.ready()) {
                // It has no more to say than that it ends: its words, if it has any, are thrown here.
                exchange.receive(PushDone.class);
                throw new OutcomeUnknown("the peer has ended the push", null);
            }
            if (pulls.serve(peer.actor(), scope.kinds())) {
                left = true;
                return true;
            }
            if (left) {
                throw new OutcomeUnknown("the peer has ended its pull: a run asks how far that has come", null);
            }
            knowledge.current(peer);
            Newest now = changes.newest().orElseGet(feed::newest);
            for (Map.Entry<Kind, Cursor> at : sent.entrySet()) {
                if (now.isBeyond(at.getValue(), at.getKey())) {
                    send(at, now);
                }
            }
            return true;
        }

        private void send(Map.Entry<Kind, Cursor> at, Newest now) {
            Kind kind = at.getKey();
            FeedWalk walk = new FeedWalk(
                    feed, kind, at.getValue(), now, scope.selection(), readers.apply(kind), scope.batchSize(),
                    records -> companions.of(exchange.session(), kind, records));
            Cursor before = unnoted.remove(kind);
            if (PushClient.this.send(exchange, walk, kind, false, scope, tally) != Sent.NOTHING || before != null) {
                unnoted.put(kind, walk.reached());
            }
            at.setValue(walk.reached());
        }

        @Override
        public boolean unnoted() {
            return !unnoted.isEmpty();
        }

        @Override
        public void note() {
            store(exchange.session(), unnoted, scope);
            unnoted.clear();
        }
    }

    private PushReady ask(Exchange exchange, PushRequest request, RunScope scope) {
        exchange.send(request);
        PushReady ready = exchange.receive(PushReady.class);
        AskedKinds.hold(scope.kinds(), ready.known().keySet(), "push_ready.known");
        meeting.confirmed(request, ready, exchange.session());
        return ready;
    }

    private Sent send(Exchange exchange, FeedWalk walk, Kind kind, boolean missed, RunScope scope, RunTally tally) {
        PushWindow window = new PushWindow(exchange, kind, tally);
        try {
            Optional<Batch> next = walk.next();
            boolean any = next.isPresent();
            while (next.isPresent() || !window.isEmpty()) {
                tally.throwIfCancelled();
                if (next.isPresent() && window.hasRoom()) {
                    window.send(next.get());
                    next = walk.next();
                } else {
                    window.answered(scope.selection(), theirs -> resolve(exchange, kind, theirs, scope, tally));
                    window.checkpoint().ifPresent(cursor -> store(exchange.session(), kind, cursor, missed, scope));
                }
            }
            return window.conflictsLeft() ? Sent.CONFLICTS_LEFT : any ? Sent.ALL : Sent.NOTHING;
        } catch (SyncException | RunCancelled broken) {
            window.brokenOff().ifPresent(cursor -> store(exchange.session(), kind, cursor, missed, scope));
            throw broken;
        }
    }

    /** @return false if the run takes nothing from the peer, and so leaves them */
    private boolean resolve(Exchange exchange, Kind kind, List<Revision> theirs, RunScope scope, RunTally tally) {
        if (!scope.direction().pulls()) {
            tally.left(theirs);
            return false;
        }
        conflicts.resolve(exchange, kind, theirs, Set.of(), scope, tally);
        return true;
    }

    private void store(Session peer, Kind kind, Cursor cursor, boolean missed, RunScope scope) {
        if (!missed) {
            store(peer, Map.of(kind, cursor), scope);
        }
    }

    private void store(Session peer, Map<Kind, Cursor> reached, RunScope scope) {
        if (scope.selection().since() == null && !reached.isEmpty()) {
            starts.acknowledged(peer, reached, scope.selection());
        }
    }
}
