package io.agentdb.sync.replica.apply;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.replica.knowledge.Unapplied;
import io.agentdb.sync.replica.knowledge.Unapplied.Waiting;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Stamps;
import io.agentdb.sync.version.Dot;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Whether a version that is not here was here once: this node has everything of its actor up to there, so its record
 * was deleted and the tombstone dropped. Never without a tombstone that was dropped, and of its own writes only below
 * that: a database that went back in time lacks records too. Read before what is here is locked: a record that another
 * applier brings in between must not be taken for deleted.
 */
final class Forgotten {

    private final Knowledge held;
    private final Set<Waiting> waiting;

    Forgotten(Kind kind, List<Revision> revisions, NodeKnowledge knowledge, Unapplied setAside) {
        long dropped = knowledge.forgotten(List.of(kind)).getOrDefault(kind, 0L);
        this.held = dropped == 0 ? Knowledge.NONE
                : Objects.requireNonNull(knowledge.held(List.of(kind), dropped).get(kind));
        this.waiting = dropped == 0 ? Set.of()
                : setAside.waiting(kind, revisions.stream().map(Revision::id).toList());
    }

    boolean covers(Revision revision) {
        Dot dot = revision.version().dot();
        return held.covers(dot) && !waiting.contains(new Waiting(revision.id(), dot.write()));
    }

    /** A new tombstone over a version, for whoever still holds it. */
    static Revision grave(Revision held, Stamps stamps) {
        return new Revision(held.kind(), held.id(), stamps.next(held.version().context(), held.version().hlc(), false),
                null);
    }
}
