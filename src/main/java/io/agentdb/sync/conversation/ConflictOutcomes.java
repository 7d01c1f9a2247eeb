package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.FrameSizedParts;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.apply.Applied;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.apply.HeldByPeer;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.RunTally;
import io.agentdb.sync.version.Dot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What becomes of records that both sides of a push have changed: this side resolves, and gives the peer the outcomes.
 * Thread-safe; blocks on the database and on the peer.
 */
final class ConflictOutcomes {

    /** How often a record may change on the other side while its outcome is under way. */
    private static final int ROUNDS = 10;

    private final ChangeApplier applier;
    private final HeldByPeer held;

    ConflictOutcomes(ChangeApplier applier, HeldByPeer held) {
        this.applier = applier;
        this.held = held;
    }

    /**
     * Resolves what both sides changed, and tells the peer the outcomes that differ from what it has and belong to the
     * selection: what one side took out of it stays there, content and all.
     *
     * @param decided records whose outcome is known already
     */
    void resolve(Exchange exchange, Kind kind, List<Revision> theirs, Set<UUID> decided, RunScope scope,
            RunTally tally) {
        Session peer = exchange.session();
        List<Revision> open = List.copyOf(theirs);
        for (int round = 0; round < ROUNDS && (round == 0 || !open.isEmpty()); round++) {
            Applied applied = applier.apply(kind, open, new BatchOrigin(peer.nodeId(), peer.actor()),
                    scope.policy(kind));
            tally.resolved(kind, open, applied);
            Collection<Revision> outcomes = round > 0 || decided.isEmpty() ? outcomes(kind, open, applied)
                    : applier.load(kind, decided);
            open = deliver(exchange, kind, scope.selection(),
                    outcomes.stream().filter(scope.selection()::matches).toList(), open, tally);
        }
        if (!open.isEmpty()) {
            throw new OutcomeUnknown(open.size() + " " + kind + " keep changing on both sides, first "
                    + open.get(0).id() + "; the next sync goes on", null);
        }
    }

    /** @return the peer's versions of those that it has changed meanwhile */
    private List<Revision> deliver(Exchange exchange, Kind kind, Selection selection,
            List<Revision> outcomes, List<Revision> theirs, RunTally tally) {
        List<Revision> changed = new ArrayList<>();
        List<BatchAck> acks = new ArrayList<>();
        Deque<List<Revision>> parts = new ArrayDeque<>(FrameSizedParts.of(outcomes));
        while (!parts.isEmpty()) {
            Deque<Batch> underWay = new ArrayDeque<>();
            int records = 0;
            while (!parts.isEmpty() && records < PushWindow.RECORDS) {
                records += parts.peek().size();
                underWay.add(new Batch(kind, parts.remove()));
                exchange.send(underWay.getLast());
            }
            for (; !underWay.isEmpty(); underWay.remove()) {
                acks.add(Answers.next(exchange, kind, selection, underWay, changed));
            }
        }
        Map<UUID, Revision> had = theirs.stream().collect(
                Collectors.toMap(Revision::id, Function.identity(), (a, b) -> b));
        tally.delivered(kind, acks, outcomes, outcomes.stream().filter(outcome -> !had.containsKey(outcome.id())
                || !Objects.equals(outcome.content(), had.get(outcome.id()).content())).count());
        Set<UUID> open = changed.stream().map(Revision::id).collect(Collectors.toSet());
        // They lie above the fence that the cursor will stand at: the next run would send them once more.
        held.given(kind, outcomes.stream().filter(outcome -> !open.contains(outcome.id())).toList(),
                new BatchOrigin(exchange.session().nodeId(), exchange.session().actor()));
        return changed;
    }

    /**
     * Ours that the peer has to take over. Not those that do not know the peer's, which waits for a person or in
     * quarantine: the peer would only answer with its own again.
     */
    private List<Revision> outcomes(Kind kind, List<Revision> theirs, Applied applied) {
        Map<UUID, Dot> by = theirs.stream().collect(Collectors.toMap(
                Revision::id, revision -> revision.version().dot(), (a, b) -> b));
        applied.conflicts().stream().filter(ConflictOutcomes::remoteWonAsItWas)
                .forEach(conflict -> by.remove(conflict.remote().id()));
        Map<UUID, Revision> made = made(applied);
        by.keySet().removeAll(made.keySet());
        List<Revision> outcomes = new ArrayList<>(applier.sendable(made.values()));
        if (!by.isEmpty()) {
            applier.load(kind, by.keySet()).stream().filter(ours -> Optional.ofNullable(by.get(ours.id()))
                    .filter(dot -> !ours.version().dot().sameWrite(dot) && ours.version().context().contains(dot))
                    .isPresent()).forEach(outcomes::add);
        }
        return outcomes;
    }

    /** Versions that were made of a conflict and stored as they are: they need not be read again. */
    private static Map<UUID, Revision> made(Applied applied) {
        Map<UUID, Revision> made = new LinkedHashMap<>();
        Set<UUID> known = new HashSet<>();
        for (Conflict conflict : applied.conflicts()) {
            Revision winner = conflict.resolution().winner();
            // Of several conflicts of one record, what they came to is in the database alone.
            if (!known.add(conflict.local().id()) || winner == null || remoteWonAsItWas(conflict)
                    || winner.version().dot().sameWrite(conflict.local().version().dot())) {
                made.remove(conflict.local().id());
            } else {
                made.put(winner.id(), winner);
            }
        }
        return made;
    }

    private static boolean remoteWonAsItWas(Conflict conflict) {
        Revision winner = conflict.resolution().winner();
        return winner != null && winner.version().dot().sameWrite(conflict.remote().version().dot());
    }
}
