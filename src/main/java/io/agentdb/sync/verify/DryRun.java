package io.agentdb.sync.verify;

import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.VerifyEnd;
import io.agentdb.sync.protocol.Message.VerifyRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.replica.digest.RangeDigests;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.Forecast;
import io.agentdb.sync.run.PeerRequests;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.RunTally;
import io.agentdb.sync.verify.Difference.Divergence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Says what a run would do, and does none of it: compares both memories as a verification does, and looks at the
 * versions that differ. Nothing of it is written on either side. Thread-safe; blocks for as long as it takes.
 */
public final class DryRun {

    private final PeerRequests requests;
    private final RangeDigests digests;
    private final NodeCounts inventory;
    private final ChangeApplier applier;

    DryRun(PeerRequests requests, RangeDigests digests, NodeCounts inventory, ChangeApplier applier) {
        this.requests = requests;
        this.digests = digests;
        this.inventory = inventory;
        this.applier = applier;
    }

    /**
     * One forecast for each kind that the run would be about.
     *
     * @throws PeerRejected if the peer lets us not read one of them, or cannot compare
     */
    public List<Forecast> of(Peer peer, Session session, RunScope scope, RunTally tally) {
        Permissions granted = session.caller().permissions();
        List<Kind> kinds = scope.kinds().stream()
                .filter(kind -> scope.direction().pushes() && granted.write().contains(kind)
                        || scope.direction().pulls() && granted.read().contains(kind)).toList();
        if (!session.capabilities().contains(Limits.VERIFY)) {
            throw new PeerRejected(ErrorCode.BAD_REQUEST, "peer " + peer.name() + " cannot compare memories: update it",
                    Duration.ZERO);
        }
        if (kinds.isEmpty() || !granted.read().containsAll(kinds)) {
            throw new PeerRejected(ErrorCode.FORBIDDEN, "peer " + peer.name() + " does not let this node read all of "
                    + (kinds.isEmpty() ? scope.kinds() : kinds) + ", so nobody here can tell what a run would change:"
                    + " its operator grants that with the permissions of our token or certificate", Duration.ZERO);
        }
        return kinds.stream().map(kind -> new OneKind(peer, kind, scope, tally).forecast(granted)).toList();
    }

    /** One comparison; used by one thread. */
    private final class OneKind {

        private final Peer peer;
        private final Kind kind;
        private final RunScope scope;
        private final RunTally tally;
        private final ComparisonResult found = new ComparisonResult();
        private final Set<UUID> onlyThere = new LinkedHashSet<>();

        OneKind(Peer peer, Kind kind, RunScope scope, RunTally tally) {
            this.peer = peer;
            this.kind = kind;
            this.scope = scope;
            this.tally = tally;
        }

        Forecast forecast(Permissions granted) {
            hold(exchange -> {
                // After a break from the start.
                found.beginAnew();
                onlyThere.clear();
                new RangeComparison(kind, exchange, digests, this::differs).everything(inventory.records(kind));
            });
            ForecastTally counted = new ForecastTally(scope.selection(),
                    scope.direction().pushes() && granted.write().contains(kind), scope.direction().pulls());
            List<UUID> waiting = new ArrayList<>(found.repairable());
            hold(exchange -> {
                while (!waiting.isEmpty()) {
                    tally.throwIfCancelled();
                    List<UUID> next = waiting.subList(0, Math.min(Repair.AT_ONCE, waiting.size()));
                    look(exchange, List.copyOf(next), counted);
                    // After a break it goes on with the others.
                    next.clear();
                }
            });
            long damaged = found.count(Divergence.DAMAGED);
            long differing = found.count(Divergence.ONLY_HERE) + found.count(Divergence.ONLY_THERE)
                    + found.count(Divergence.VERSIONS_DIFFER);
            return counted.forecast(kind.name(), damaged, differing - found.repairable().size());
        }

        private void differs(Difference difference) {
            tally.throwIfCancelled();
            found.add(difference);
            if (difference.difference() == Divergence.ONLY_THERE && found.repairable().contains(difference.id())) {
                onlyThere.add(difference.id());
            }
        }

        private void look(Exchange exchange, List<UUID> ids, ForecastTally counted) {
            Map<UUID, Revision> ours = byId(applier.load(kind, ids));
            List<UUID> asked = new ArrayList<>();
            List<UUID> taken = new ArrayList<>();
            for (UUID id : ids) {
                boolean plain = onlyThere.contains(id) && !ours.containsKey(id) && scope.selection().everything();
                (plain ? taken : asked).add(id);
            }
            Map<UUID, Revision> theirs = asked.isEmpty() ? Map.of() : byId(Repair.fetch(exchange, kind, asked));
            // Only now, that no break can have it counted twice.
            taken.forEach(id -> counted.pulled());
            asked.forEach(id -> counted.add(ours.get(id), theirs.get(id)));
        }

        private void hold(Consumer<Exchange> what) {
            requests.hold(peer, tally, exchange -> {
                exchange.send(new VerifyRequest(kind));
                what.accept(exchange);
                exchange.send(new VerifyEnd());
                exchange.finish();
            });
        }
    }

    private static Map<UUID, Revision> byId(Iterable<Revision> revisions) {
        List<Revision> all = new ArrayList<>();
        revisions.forEach(all::add);
        return all.stream().collect(Collectors.toMap(Revision::id, Function.identity(), (first, second) -> second));
    }
}
