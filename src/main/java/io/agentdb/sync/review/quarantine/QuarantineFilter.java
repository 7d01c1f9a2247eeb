package io.agentdb.sync.review.quarantine;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Quarantine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which records of the quarantine a list is to have. All the conditions must hold.
 *
 * @param condition SQL with the names of the values in it
 */
public record QuarantineFilter(String condition, Map<String, Object> values) {

    private record Condition(String sql, String shape, String what) { }

    private static final Map<String, Condition> KNOWN = Map.of(
            "kind", new Condition("kind = :kind", Kind.ALL.stream().map(Kind::name).collect(Collectors.joining("|")), "one of " + Kind.ALL),
            "peer", new Condition("peer_node = :peer", "[a-z0-9][a-z0-9-]{0,30}", "a node's id, as the quarantine shows it"),
            "code", new Condition("code = :code", "[a-z-]{1,60}", "a reason's code, such as " + Quarantine.REFUSED_BY_DATABASE));

    /** @throws InvalidInput for each unknown or wrong one */
    public static QuarantineFilter of(Map<String, List<String>> parameters) {
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        List<String> conditions = new ArrayList<>(List.of("true"));
        Map<String, Object> values = new HashMap<>();
        parameters.forEach((name, given) -> {
            Condition one = KNOWN.get(name);
            if (one == null) {
                flaws.add(new InvalidInput.Flaw(name.matches("\\w{1,60}") ? name : "a parameter",
                        "is not a filter of the quarantine; known are code, kind, peer, and limit and cursor"));
            } else if (given.size() != 1 || !given.get(0).matches(one.shape())) {
                flaws.add(new InvalidInput.Flaw(name, "must be " + one.what() + (given.size() == 1 ? "" : ", and given once")));
            } else {
                conditions.add(one.sql());
                values.put(name, given.get(0));
            }
        });
        if (!flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
        return new QuarantineFilter(String.join(" and ", conditions), values);
    }
}
