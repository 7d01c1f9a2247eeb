package io.agentdb.sync.verify;

import io.agentdb.sync.conversation.Answers;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.FrameSizedParts;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.Message.FetchEnd;
import io.agentdb.sync.protocol.Message.FetchQuery;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.apply.Applied;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.RunTally;
import io.agentdb.sync.version.Dot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Exchanges named records with a peer: takes over its versions, then offers ours. Both directions for each of them, as
 * a record may be on one side alone because the other deleted it; then its tombstone is what is exchanged. Stateless.
 */
final class Repair {

    /** Records held at once: each may take megabytes. */
    static final int AT_ONCE = 32;
    /** How often a record may change on the other side while its outcome is under way. */
    private static final int ROUNDS = 10;

    private final ChangeApplier applier;

    Repair(ChangeApplier applier) {
        this.applier = applier;
    }

    /**
     * Repeatable: what was exchanged before is known on both sides.
     *
     * @return round trips
     */
    int run(Exchange exchange, Kind kind, List<UUID> ids, RunScope scope, RunTally tally) {
        Map<UUID, Dot> theirs = new HashMap<>();
        Set<UUID> waiting = new HashSet<>();
        exchange.send(new FetchQuery(ids));
        for (Message message = exchange.receive(); !(message instanceof FetchEnd); message = exchange.receive()) {
            List<Revision> records = asked(message, kind, ids);
            Applied applied = apply(kind, records, exchange.session(), scope);
            tally.pulled(kind, records, applied);
            waiting.addAll(applied.open());
            records.forEach(record -> theirs.put(record.id(), record.version().dot()));
        }
        int roundTrips = 1;
        List<UUID> offered = new ArrayList<>(ids);
        for (int round = 0; round < ROUNDS && !offered.isEmpty(); round++) {
            List<Revision> concurrent = new ArrayList<>();
            offered.removeAll(waiting);
            for (List<Revision> part : FrameSizedParts.of(ours(kind, offered, theirs))) {
                if (!part.isEmpty()) {
                    concurrent.addAll(offer(exchange, kind, part, tally));
                    roundTrips++;
                }
            }
            if (!concurrent.isEmpty()) {
                Applied applied = apply(kind, concurrent, exchange.session(), scope);
                tally.resolved(kind, concurrent, applied);
                waiting.addAll(applied.open());
            }
            concurrent.forEach(record -> theirs.put(record.id(), record.version().dot()));
            offered = new ArrayList<>(concurrent.stream().map(Revision::id).toList());
        }
        return roundTrips;
    }

    /** Asks for the peer's versions of records, tombstones among them; it has none of those that are missing. */
    static List<Revision> fetch(Exchange exchange, Kind kind, List<UUID> ids) {
        exchange.send(new FetchQuery(ids));
        List<Revision> theirs = new ArrayList<>();
        for (Message message = exchange.receive(); !(message instanceof FetchEnd); message = exchange.receive()) {
            theirs.addAll(asked(message, kind, ids));
        }
        return theirs;
    }

    private Applied apply(Kind kind, List<Revision> records, Session peer, RunScope scope) {
        return applier.apply(kind, records, new BatchOrigin(peer.nodeId(), peer.actor()), scope.policy(kind));
    }

    private List<Revision> ours(Kind kind, List<UUID> ids, Map<UUID, Dot> theirs) {
        return applier.load(kind, ids).stream()
                .filter(ours -> !theirs.containsKey(ours.id())
                        || !ours.version().dot().sameWrite(theirs.get(ours.id()))).toList();
    }

    /** @return the peer's versions of what it did not take over, as both sides had changed it */
    private static List<Revision> offer(Exchange exchange, Kind kind, List<Revision> records, RunTally tally) {
        Batch batch = new Batch(kind, records);
        exchange.send(batch);
        List<Revision> concurrent = new ArrayList<>();
        tally.sent(kind, records);
        BatchAck ack = Answers.next(exchange, kind, Selection.ALL, List.of(batch), concurrent);
        tally.pushed(kind, ack, records.size());
        return concurrent;
    }

    private static List<Revision> asked(Message message, Kind kind, List<UUID> ids) {
        if (!(message instanceof Batch batch) || batch.kind() != kind) {
            throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                    "expected a batch of " + kind + " or its end, got " + message.getClass().getSimpleName());
        }
        for (Revision record : batch.records()) {
            if (!ids.contains(record.id())) {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION, "the peer sent " + kind + " " + record.id()
                        + ", which it was not asked for");
            }
        }
        return batch.records();
    }
}
