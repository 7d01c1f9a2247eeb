package io.agentdb.sync.sync;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.ConflictPolicy;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which strategy resolves conflicts of which kind.
 *
 * @param byKind exceptions from the rule
 */
record Strategies(ConflictPolicy rule, Map<Kind, ? extends ConflictPolicy> byKind) {

    static Strategies all(ConflictPolicy strategy) {
        return new Strategies(strategy, Map.of());
    }

    ConflictPolicy of(Kind kind) {
        return byKind.containsKey(kind) ? byKind.get(kind) : rule;
    }

    /** For reports: {@code latest-wins, skills: merge}. */
    String label() {
        return rule.label() + byKind.entrySet().stream().map(entry -> ", " + entry.getKey() + ": " + entry.getValue().label()).sorted()
                .collect(Collectors.joining());
    }
}
