package io.agentdb.sync.review.conflict;

import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.input.Timestamps;
import io.agentdb.sync.revision.ConflictStrategy;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Which conflicts a list is to have. All the conditions must hold.
 *
 * @param condition SQL with the names of the values in it
 */
public record ConflictFilter(String condition, Map<String, Object> values) {

    private static final Map<String, String> KNOWN = Map.of("kind", "kind = :kind", "record", "record_id = :record",
            "peer", "peer_node = :peer", "strategy", "strategy = :strategy", "outcome", "outcome = :outcome",
            "since", "detected_at >= :since", "until", "detected_at < :until");
    private static final List<String> KINDS = Kind.ALL.stream().map(Kind::name).toList();
    private static final List<String> STRATEGIES = Arrays.stream(ConflictStrategy.values()).map(ConflictStrategy::label).toList();
    private static final List<String> OUTCOMES = Arrays.stream(ConflictOutcome.values()).map(ConflictOutcome::label).toList();

    /** @throws InvalidInput for each unknown or wrong-typed one */
    public static ConflictFilter of(Map<String, List<String>> parameters) {
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        List<String> conditions = new ArrayList<>(List.of("true"));
        Map<String, Object> values = new HashMap<>();
        parameters.forEach((name, given) -> {
            try {
                if (!KNOWN.containsKey(name)) {
                    throw new InvalidInput(name.matches("\\w{1,60}") ? name : "a parameter", "is not a filter of conflicts; known are "
                            + String.join(", ", new TreeSet<>(KNOWN.keySet())) + ", and limit and cursor");
                }
                if (given.size() != 1) {
                    throw new InvalidInput(name, "is given " + given.size() + " times");
                }
                values.put(name, value(name, given.get(0)));
                conditions.add(KNOWN.get(name));
            } catch (InvalidInput e) {
                flaws.addAll(e.flaws());
            }
        });
        if (!flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
        return new ConflictFilter(String.join(" and ", conditions), values);
    }

    private static Object value(String name, String given) {
        return switch (name) {
            case "kind" -> one(name, given, KINDS);
            case "strategy" -> one(name, given, STRATEGIES);
            case "outcome" -> one(name, given, OUTCOMES);
            case "peer" -> matching(name, given, "[a-z0-9][a-z0-9-]{0,30}", "a node's id, as the conflicts show it");
            case "record" -> UUID.fromString(matching(name, given, "\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}", "a UUID"));
            default -> Timestamps.of(name, given).atOffset(ZoneOffset.UTC);
        };
    }

    private static String one(String name, String given, List<String> known) {
        if (!known.contains(given)) {
            throw new InvalidInput(name, "must be one of " + String.join(", ", known));
        }
        return given;
    }

    private static String matching(String name, String given, String shape, String what) {
        if (!given.matches(shape)) {
            throw new InvalidInput(name, "must be " + what);
        }
        return given;
    }
}
