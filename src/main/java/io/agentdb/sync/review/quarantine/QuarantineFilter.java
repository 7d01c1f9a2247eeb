package io.agentdb.sync.review.quarantine;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.listing.Filter.Condition;
import io.agentdb.sync.replica.store.Transactions.Unstorable;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** By what the quarantine can be listed. */
public final class QuarantineFilter {

    private static final Map<String, Condition> KNOWN = Map.of(
            "kind", Condition.oneOf("kind = :kind", Kind.ALL.stream().map(Kind::name).toList()),
            "peer", Condition.shaped("peer_node = :peer", "[a-z0-9][a-z0-9-]{0,30}",
                    "a node's id, as the quarantine shows it"),
            "code", Condition.shaped("code = :code", "[a-z-]{1,60}",
                    "a reason's code, such as " + Unstorable.REFUSED_BY_DATABASE));

    private QuarantineFilter() {
    }

    /** @throws io.agentdb.sync.memory.InvalidInput with every parameter that is unknown or wrong */
    public static Filter of(Map<String, List<String>> parameters) {
        return Filter.of("the quarantine", KNOWN, UnaryOperator.identity(), parameters);
    }
}
