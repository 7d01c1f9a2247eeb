package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Applied;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.Revision;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Conflicts of a pull in which our version stayed, under its own dot: nothing moved in our feed, and a peer that has
 * our version waiting for a person, or has forgotten it, says that it knows it; so the next push would not send it.
 * Used by the run's thread alone.
 */
public final class KeptVersions {

    private final Map<Kind, Set<UUID>> kept = new HashMap<>();

    void add(Kind kind, Applied applied) {
        for (Conflict conflict : applied.conflicts()) {
            Revision winner = conflict.resolution().winner();
            if (winner != null && winner.version().dot().sameWrite(conflict.local().version().dot())) {
                kept.computeIfAbsent(kind, key -> new HashSet<>()).add(winner.id());
            }
        }
    }

    boolean isEmpty() {
        return kept.isEmpty();
    }

    Set<UUID> kept(Kind kind) {
        return kept.getOrDefault(kind, Set.of());
    }
}
