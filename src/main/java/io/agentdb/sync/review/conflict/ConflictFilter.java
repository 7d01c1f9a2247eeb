package io.agentdb.sync.review.conflict;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.input.FieldLimits;
import io.agentdb.sync.memory.input.FieldNames;
import io.agentdb.sync.memory.input.Timestamps;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.listing.Filter.Condition;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.version.NodeId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * By what conflicts can be listed.
 *
 * @param quick what the columns of the log tell
 * @param thorough what only the versions themselves tell: they are read for it
 */
public record ConflictFilter(Filter quick, Filter thorough) {

    private static final String WORDS = "[^\\p{Cntrl}\\p{Cs}]{1,200}";
    private static final String NODE = "a node's id, as the conflicts show it";

    private static final Map<String, Condition> QUICK = Map.of(
            "kind", Condition.oneOf("kind = :kind", Kind.ALL.stream().map(Kind::name).toList()),
            "record", Condition.single("record_id = :record", FieldLimits::uuid),
            "peer", Condition.shaped("peer_node = :peer", NodeId.SHAPE, NODE),
            "strategy", Condition.oneOf("strategy = :strategy",
                    Arrays.stream(ConflictStrategy.values()).map(ConflictStrategy::label).toList()),
            "outcome", Condition.oneOf("outcome = :outcome",
                    Arrays.stream(ConflictOutcome.values()).map(ConflictOutcome::label).toList()),
            "state", Condition.oneOf("case :state when 'open' then outcome = 'open'"
                    + " when 'closed' then outcome <> 'open' else resolution is not null end",
                    List.of("open", "closed", "decided")),
            "decidedBy", Condition.shaped("strpos(lower(resolved_by), lower(:decidedBy)) > 0", WORDS,
                    "1 to 200 characters of the name of who has decided"),
            "since", Condition.single("detected_at >= :since", ConflictFilter::time),
            "until", Condition.single("detected_at < :until", ConflictFilter::time));

    private static final Map<String, Condition> THOROUGH = Map.of(
            "node", Condition.shaped("(split_part(local ->> 'actor', '.', 1) = :node or"
                    + " split_part(remote ->> 'actor', '.', 1) = :node)", NodeId.SHAPE, NODE),
            "field", Condition.single("local #> string_to_array(:field, '/') is distinct from"
                    + " remote #> string_to_array(:field, '/')", ConflictFilter::field),
            "q", Condition.shaped("(" + has("local") + " or " + has("remote") + ")", WORDS,
                    "1 to 200 characters of a text in either version"));

    private static final Map<String, Condition> ALL = all();

    /** @throws InvalidInput with every parameter that is unknown or wrong */
    public static ConflictFilter of(Map<String, List<String>> parameters) {
        // Once with all, or who gives several wrong ones would hear of some.
        filter(ALL, parameters);
        Map<String, List<String>> quick = new HashMap<>(parameters);
        Map<String, List<String>> thorough = new HashMap<>(parameters);
        quick.keySet().removeAll(THOROUGH.keySet());
        thorough.keySet().retainAll(THOROUGH.keySet());
        return new ConflictFilter(filter(QUICK, quick), filter(THOROUGH, thorough));
    }

    private static Filter filter(Map<String, Condition> known, Map<String, List<String>> parameters) {
        return Filter.of("conflicts", known, UnaryOperator.identity(), parameters);
    }

    boolean isThorough() {
        return !thorough.values().isEmpty();
    }

    private static Map<String, Condition> all() {
        Map<String, Condition> all = new HashMap<>(QUICK);
        all.putAll(THOROUGH);
        return Map.copyOf(all);
    }

    private static String has(String version) {
        return "exists (select from jsonb_each_text(" + version + " -> 'content') as field (name, value)"
                + " where strpos(lower(value), lower(:q)) > 0)";
    }

    /** Where a logged version has it. */
    private static Object field(String name, String given) {
        if (given.equals("deleted")) {
            return given;
        }
        return Kind.ALL.stream().flatMap(kind -> FieldNames.column(kind, given).stream()
                .map(i -> "content/" + kind.columns().get(i).name())).findFirst()
                .orElseThrow(() -> new InvalidInput(name, "must be deleted or a record's field: "
                        + Kind.ALL.stream().flatMap(kind -> kind.columns().stream()).map(Shape::field)
                                .collect(Collectors.toCollection(TreeSet::new))));
    }

    private static Object time(String name, String given) {
        return Timestamps.of(name, given).atOffset(ZoneOffset.UTC);
    }
}
