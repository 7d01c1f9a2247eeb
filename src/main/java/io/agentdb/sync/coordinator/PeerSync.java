package io.agentdb.sync.coordinator;

import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.conversation.ClaimClient;
import io.agentdb.sync.conversation.KeptVersions;
import io.agentdb.sync.conversation.PullClient;
import io.agentdb.sync.conversation.PushClient;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.run.PeerRequests;
import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.RunTally;
import io.agentdb.sync.telemetry.Observations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The phases of one run with one peer: push, pull, and push again what the pull resolved. Stateless. */
public final class PeerSync {

    private final PeerRequests requests;
    private final PushClient push;
    private final PullClient pull;
    private final ClaimClient claiming;
    private final Observations observations;

    public PeerSync(PeerRequests requests, PushClient push, PullClient pull, ClaimClient claiming,
            Observations observations) {
        this.requests = requests;
        this.push = push;
        this.pull = pull;
        this.claiming = claiming;
        this.observations = observations;
    }

    /** @param granted what the peer lets us do; the rest of the scope is left out */
    public void run(Peer peer, Permissions granted, RunScope scope, RunTally tally) {
        RunScope writable = scope.of(granted.write());
        RunScope pushed = scope.direction().pushes() ? writable : scope.of(Set.of());
        RunScope pulled = scope.of(scope.direction().pulls() ? granted.read() : Set.of());
        if (pushed.kinds().isEmpty() && pulled.kinds().isEmpty()) {
            throw forbidden(peer, scope);
        }
        List<Kind> missed = new ArrayList<>();
        KeptVersions outcomes = new KeptVersions();
        if (!pushed.kinds().isEmpty()) {
            hold(Phase.PUSHING, peer, tally,
                    exchange -> missed.addAll(push.run(exchange, pushed, List.of(), outcomes, tally)));
        }
        if (!scope.direction().pulls() && !missed.isEmpty()) {
            tally.progress().say("what was deleted here longer ago than deletions are kept may still be on "
                    + peer.name() + ": a run in both directions asks it what it holds");
        }
        long before = tally.conflicts();
        tally.progress().begin(Phase.PULLING, 0);
        List<Kind> claimed = new ArrayList<>(missed);
        if (!pulled.kinds().isEmpty()) {
            pull(peer, pulled, writable, claimed, outcomes, tally);
        }
        tally.progress().begin(Phase.RESOLVING, tally.conflicts());
        if (!pushed.kinds().isEmpty() && scope.direction().pulls()
                && (tally.conflicts() > before || !missed.isEmpty())) {
            // Otherwise the peer would hear of these outcomes, and of deletions that it had missed, only in the next
            // run.
            hold(Phase.RESOLVING, peer, tally, exchange -> push.run(exchange, pushed, claimed, outcomes, tally));
        }
        tally.progress().passed(Phase.RESOLVING, tally.conflicts());
        tally.progress().passed(Phase.APPLYING, tally.items());
    }

    private static PeerRejected forbidden(Peer peer, RunScope scope) {
        String what = switch (scope.direction()) {
            case BOTH -> "lets this node neither read nor write ";
            case PUSH -> "does not let this node write ";
            case PULL -> "does not let this node read ";
        };
        return new PeerRejected(ErrorCode.FORBIDDEN, "peer " + peer.name() + " " + what + scope.kinds()
                + ": its operator grants that with the permissions of our token or certificate", Duration.ZERO);
    }

    /**
     * @param writable what may be claimed: the peer makes tombstones anew of what it has deleted itself, and takes over
     *     nothing
     * @param missedThere keeps those kinds of which all that the peer claimed could be looked at
     */
    private void pull(Peer peer, RunScope scope, RunScope writable, List<Kind> missedThere, KeptVersions outcomes,
            RunTally tally) {
        Map<Kind, Cursor> missedHere = new LinkedHashMap<>();
        List<Kind> reconciled = missedThere.stream().filter(scope.kinds()::contains).toList();
        hold(Phase.PULLING, peer, tally, exchange -> {
            PullClient.Pulled pulled = pull.run(exchange, scope, reconciled, outcomes, tally);
            missedHere.putAll(pulled.missed());
            missedThere.removeAll(pulled.heldUp());
        });
        if (!missedHere.isEmpty()) {
            List<Kind> claimed = missedHere.keySet().stream().filter(writable.kinds()::contains).toList();
            hold(Phase.PULLING, peer, tally, exchange -> {
                if (claimed.size() < missedHere.size()) {
                    tally.progress().say("what was deleted on " + peer.name()
                            + " longer ago than it keeps deletions may still be here, since this"
                                    + " node may only read there and cannot claim it");
                }
                if (!claimed.isEmpty()) {
                    claiming.run(exchange, claimed);
                }
                pull.reached(exchange.session(), missedHere, scope);
            });
            hold(Phase.PULLING, peer, tally, exchange -> pull.run(exchange, scope, List.of(), outcomes, tally));
        }
    }

    private void hold(Phase phase, Peer peer, RunTally tally, Consumer<Exchange> request) {
        observations.phase(phase.label(), peer.name().text(), trace -> {
            requests.hold(peer, tally, exchange -> {
                trace.ifPresent(exchange::tell);
                request.accept(exchange);
            });
            return phase;
        });
    }
}
