package io.agentdb.sync.conversation;

import io.agentdb.sync.companion.Companions;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.Claims;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PullStart;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.apply.Applied;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.apply.HeldByPeer;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.CursorStore.Move;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.RunTally;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Reads a peer's feed and applies it, group by group, each with its cursor. */
public final class PullClient {

    /**
     * What a pull leaves to be done.
     *
     * @param missed kinds of which we may have missed deletions, and where their cursors will stand once we have
     *     claimed what we hold
     * @param heldUp kinds of which the peer has to claim again in a later run what it holds
     */
    public record Pulled(Map<Kind, Cursor> missed, Set<Kind> heldUp) { }

    private final ChangeApplier applier;
    private final HeldByPeer held;
    private final CursorStore cursors;
    private final KnowledgeExchange knowledge;
    private final Companions companions;

    /** @param companions keep what comes along with records */
    public PullClient(ChangeApplier applier, HeldByPeer held, CursorStore cursors, KnowledgeExchange knowledge,
            Companions companions) {
        this.applier = applier;
        this.held = held;
        this.cursors = cursors;
        this.knowledge = knowledge;
        this.companions = companions;
    }

    /**
     * @param outcomes takes note of conflicts that our side has won
     * @param reconcile kinds of which the peer may have missed deletions: it claims what it holds
     */
    public Pulled run(Exchange exchange, RunScope scope, List<Kind> reconcile, KeptVersions outcomes,
            RunTally tally) {
        Session peer = exchange.session();
        knowledge.current(peer);
        exchange.send(new PullRequest(from(peer, scope), scope.selection(), scope.batchSize(),
                knowledge.held(scope.kinds()), reconcile));
        PullStart start = exchange.receive(PullStart.class);
        AskedKinds.hold(scope.kinds(), start.missed(), "pull_start.missed");
        Set<Kind> missed = Set.copyOf(start.missed());
        tally.progress().begin(Phase.PULLING, start.totals().values().stream().mapToLong(Long::longValue).sum());
        Set<Kind> heldUp = new LinkedHashSet<>();
        BatchGroups incoming = new BatchGroups(exchange);
        for (Message message = incoming.next(); ; message = incoming.next()) {
            if (message instanceof PullEnd end) {
                tally.behind(end.behind());
                return new Pulled(finish(end, peer, missed, scope), heldUp);
            }
            if (message instanceof Claims claims) {
                AskedKinds.hold(reconcile, List.of(claims.kind()), "claims");
                held.reconcile(claims.kind(), claims.claims(), new BatchOrigin(peer.nodeId(), peer.actor()))
                        .heldUp().ifPresent(writers -> {
                            tally.progress().say("deletions of " + claims.kind() + " will be told again: "
                                    + writers.getMessage());
                            heldUp.add(claims.kind());
                        });
            } else if (message instanceof Batch batch) {
                AskedKinds.hold(scope.kinds(), List.of(batch.kind()), "batch");
                outcomes.add(batch.kind(), apply(incoming.group(batch), peer, missed, scope, tally));
                tally.throwIfCancelled();
            } else {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                        "expected a batch or the pull's end, got " + message.getClass().getSimpleName());
            }
        }
    }

    /**
     * Begins a pull that stays open.
     *
     * @return takes what the peer has sent since
     * @throws OutcomeUnknown if this node may have missed deletions: a whole run mends that
     */
    public Ongoing open(Exchange exchange, RunScope scope, RunTally tally) {
        Session peer = exchange.session();
        knowledge.current(peer);
        exchange.send(new PullRequest(from(peer, scope), scope.selection(), scope.batchSize(),
                knowledge.held(scope.kinds()), List.of(), true));
        if (!exchange.receive(PullStart.class).missed().isEmpty()) {
            throw new OutcomeUnknown("deletions may have been missed: the next run claims what is here", null);
        }
        BatchGroups incoming = new BatchGroups(exchange);
        return () -> {
            knowledge.current(peer);
            incoming.turn();
            KeptVersions outcomes = new KeptVersions();
            while (incoming.ready()) {
                Message message = incoming.next();
                if (message instanceof PullEnd end) {
                    finish(end, peer, Set.of(), scope);
                } else if (message instanceof Batch batch) {
                    AskedKinds.hold(scope.kinds(), List.of(batch.kind()), "batch");
                    outcomes.add(batch.kind(), apply(incoming.group(batch), peer, Set.of(), scope, tally));
                } else {
                    throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                            "expected a batch or the end of what is new, got " + message.getClass().getSimpleName());
                }
            }
            // A conflict that our side has won is told by a run: nothing of it moves in our feed.
            return outcomes.isEmpty();
        };
    }

    /** Where the cursors of kinds whose deletions we had missed stand, now that we have heard of them. */
    public void reached(Session peer, Map<Kind, Cursor> reached, RunScope scope) {
        List<Move> moves = reached.entrySet().stream()
                .flatMap(at -> move(peer, at.getKey(), at.getValue(), scope).stream()).toList();
        if (!moves.isEmpty()) {
            cursors.move(moves);
        }
    }

    private Map<Kind, Cursor> finish(PullEnd end, Session peer, Set<Kind> missed, RunScope scope) {
        AskedKinds.hold(scope.kinds(), end.reached().keySet(), "pull_end.reached");
        Map<Kind, Cursor> waiting = new LinkedHashMap<>(end.reached());
        waiting.keySet().retainAll(missed);
        Map<Kind, Cursor> reached = new LinkedHashMap<>(end.reached());
        reached.keySet().removeAll(missed);
        reached(peer, reached, scope);
        if (scope.selection().everything()) {
            knowledge.learn(end.told(), scope.kinds());
        }
        return waiting;
    }

    private Applied apply(List<Batch> group, Session peer, Set<Kind> missed, RunScope scope, RunTally tally) {
        Batch last = group.get(group.size() - 1);
        Cursor next = last.next().orElseThrow(() ->
                new ProtocolException(ErrorCode.PROTOCOL_VIOLATION, "a batch of a pull carries no cursor"));
        List<Revision> records = BatchGroups.records(group);
        refuseUnselected(records, last.kind(), scope.selection());
        Applied applied = applier.apply(last.kind(), records, new BatchOrigin(peer.nodeId(), peer.actor()),
                scope.policy(last.kind()), missed.contains(last.kind()) ? Optional.empty()
                        : move(peer, last.kind(), next, scope));
        companions.take(last.kind(), group);
        tally.pulled(last.kind(), records, applied);
        return applied;
    }

    /** What is here may change so that it leaves the selection; what is not, or was deleted, was not asked for. */
    private void refuseUnselected(List<Revision> records, Kind kind, Selection selection) {
        List<UUID> unselected = records.stream().filter(record -> !selection.matches(record)).map(Revision::id)
                .toList();
        if (!unselected.isEmpty()) {
            Set<UUID> here = applier.load(kind, unselected).stream().filter(record -> !record.deleted())
                    .map(Revision::id)
                    .collect(Collectors.toSet());
            unselected.stream().filter(id -> !here.contains(id)).findFirst().ifPresent(id -> {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION, "the peer sent " + kind + " " + id
                        + ", which does not belong to what it was asked for");
            });
        }
    }

    /** A selective pull of "since" starts anew each time: its selection is never asked for again. */
    private Map<Kind, Cursor> from(Session peer, RunScope scope) {
        Map<Kind, Cursor> from = new LinkedHashMap<>();
        scope.kinds().forEach(kind -> from.put(kind, Cursor.start(peer.actor())));
        cursors.find(scope.kinds().stream().map(kind -> CursorKeys.pulled(peer, kind, scope.selection())).toList(),
                peer.actor()).forEach((key, cursor) -> from.put(key.kind(), cursor));
        return from;
    }

    /** Empty if that selection is never asked for again. */
    private Optional<Move> move(Session peer, Kind kind, Cursor cursor, RunScope scope) {
        if (!cursor.feed().equals(peer.actor())) {
            // Stored, it would never be found under the name that the peer's hello told; every pull would begin at the
            // start.
            throw new PeerRejected(ErrorCode.CURSOR_FROM_FUTURE,
                    "peer " + peer.nodeId() + " has become " + cursor.feed() + " since its hello: connect again",
                            Duration.ZERO);
        }
        return scope.selection().since() != null ? Optional.empty()
                : Optional.of(new Move(CursorKeys.pulled(peer, kind, scope.selection()), cursor));
    }
}
