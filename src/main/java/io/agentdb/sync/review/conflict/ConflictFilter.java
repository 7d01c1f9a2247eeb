package io.agentdb.sync.review.conflict;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.input.FieldLimits;
import io.agentdb.sync.memory.input.Timestamps;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.listing.Filter.Condition;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.version.NodeId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** By what conflicts can be listed. */
public final class ConflictFilter {

    private static final Map<String, Condition> KNOWN = Map.of(
            "kind", Condition.oneOf("kind = :kind", Kind.ALL.stream().map(Kind::name).toList()),
            "record", Condition.single("record_id = :record", FieldLimits::uuid),
            "peer", Condition.shaped("peer_node = :peer", NodeId.SHAPE,
                    "a node's id, as the conflicts show it"),
            "strategy", Condition.oneOf("strategy = :strategy",
                    Arrays.stream(ConflictStrategy.values()).map(ConflictStrategy::label).toList()),
            "outcome", Condition.oneOf("outcome = :outcome",
                    Arrays.stream(ConflictOutcome.values()).map(ConflictOutcome::label).toList()),
            "since", Condition.single("detected_at >= :since", ConflictFilter::time),
            "until", Condition.single("detected_at < :until", ConflictFilter::time));

    private ConflictFilter() {
    }

    /** @throws io.agentdb.sync.memory.InvalidInput with every parameter that is unknown or wrong */
    public static Filter of(Map<String, List<String>> parameters) {
        return Filter.of("conflicts", KNOWN, UnaryOperator.identity(), parameters);
    }

    private static Object time(String name, String given) {
        return Timestamps.of(name, given).atOffset(ZoneOffset.UTC);
    }
}
