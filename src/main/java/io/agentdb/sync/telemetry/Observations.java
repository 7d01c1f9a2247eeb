package io.agentdb.sync.telemetry;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Observes what this node does with its peers: a timer for each sort of work and, where traces are wanted, a span for
 * each piece of it. Thread-safe.
 */
public final class Observations {

    /** Observes nothing. */
    public static final Observations UNOBSERVED = new Observations(ObservationRegistry.NOOP, () -> "");

    static final String RUN = "agentdb.sync.run";
    static final String PHASE = "agentdb.sync.phase";
    static final String REQUEST = "agentdb.sync.request";
    static final String OUTCOME = "outcome";
    /** Until it has ended. */
    static final String OPEN = "none";
    private static final String TRACEPARENT = "traceparent";

    private final ObservationRegistry registry;
    private final Supplier<String> node;

    /**
     * @param node this node's id, asked for once there is something to observe: spans of several nodes are in one
     *     trace
     */
    public Observations(ObservationRegistry registry, Supplier<String> node) {
        this.registry = registry;
        this.node = node;
    }

    /** Begins a run of this node; what is logged meanwhile bears it. */
    public Observed run(String id, String peer, boolean automatic) {
        return new Observed(of(RUN, new Observation.Context(), peer).contextualName("sync with " + peer)
                .lowCardinalityKeyValue(OUTCOME, OPEN)
                .highCardinalityKeyValue("agentdb.run", id)
                .highCardinalityKeyValue("agentdb.automatic", Boolean.toString(automatic)),
                LogContext.of(peer, id));
    }

    /**
     * A phase of a run.
     *
     * @param phase one of few words
     * @param work gets what the peer is to be told, so that what it does is in the same trace; empty if there is none
     */
    public <T> T phase(String phase, String peer, Function<Optional<TraceParent>, T> work) {
        Map<String, String> carried = new HashMap<>();
        SenderContext<Map<String, String>> context = new SenderContext<>((carrier, key, value) -> {
            if (carrier != null) {
                carrier.put(key, value);
            }
        }, Kind.CLIENT);
        context.setCarrier(carried);
        return observe(of(PHASE, context, peer).contextualName(phase).lowCardinalityKeyValue("phase", phase),
                () -> work.apply(TraceParent.of(carried.get(TRACEPARENT))));
    }

    /**
     * A peer's request.
     *
     * @param request one of few words
     * @param told what the peer says of it
     */
    public <T> T request(String request, String peer, Optional<TraceParent> told, Supplier<T> work) {
        // It may name nothing else than its trace: not what is to be kept with it, as baggage would.
        ReceiverContext<Map<String, String>> context = new ReceiverContext<>(Map::get, Kind.SERVER);
        context.setCarrier(told.map(parent -> Map.of(TRACEPARENT, parent.text())).orElse(Map.of()));
        return observe(of(REQUEST, context, peer).contextualName(request + " of " + peer)
                .lowCardinalityKeyValue("request", request), work);
    }

    private Observation of(String name, Observation.Context context, String peer) {
        return Observation.createNotStarted(name, () -> context, registry)
                .highCardinalityKeyValue("agentdb.node", node.get()).highCardinalityKeyValue("agentdb.peer", peer);
    }

    private static <T> T observe(Observation observation, Supplier<T> work) {
        try (Observed under = new Observed(observation, LogContext.NONE)) {
            try {
                return work.get();
            } catch (RuntimeException | Error e) {
                under.failed(e);
                throw e;
            }
        }
    }
}
