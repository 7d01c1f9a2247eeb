package io.agentdb.sync.sync;

import io.agentdb.sync.conflict.ConflictStrategy;
import io.agentdb.sync.memory.Kind;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which strategy resolves conflicts of which kind.
 *
 * @param byKind exceptions from the rule
 */
record Strategies(ConflictStrategy rule, Map<Kind, ConflictStrategy> byKind) {

    static Strategies all(ConflictStrategy strategy) {
        return new Strategies(strategy, Map.of());
    }

    ConflictStrategy of(Kind kind) {
        return byKind.getOrDefault(kind, rule);
    }

    /** For reports: {@code latest-wins, skills: merge}. */
    String label() {
        return rule.label() + byKind.entrySet().stream().map(entry -> ", " + entry.getKey() + ": " + entry.getValue().label()).sorted()
                .collect(Collectors.joining());
    }
}
