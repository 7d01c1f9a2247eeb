package io.agentdb.sync.revision;

import io.agentdb.sync.memory.Kind;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which strategy resolves conflicts of which kind.
 *
 * @param byKind exceptions from the rule
 */
public record Strategies(ConflictPolicy rule, Map<Kind, ? extends ConflictPolicy> byKind) {

    public static Strategies all(ConflictPolicy strategy) {
        return new Strategies(strategy, Map.of());
    }

    public ConflictPolicy of(Kind kind) {
        return byKind.containsKey(kind) ? byKind.get(kind) : rule;
    }

    /** For reports: {@code latest-wins, skills: merge}. */
    public String label() {
        return rule.label() + byKind.entrySet().stream()
                .map(entry -> ", " + entry.getKey() + ": " + entry.getValue().label()).sorted()
                .collect(Collectors.joining());
    }
}
