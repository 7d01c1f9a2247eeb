package io.agentdb.sync.protocol.codec;

import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.revision.Revision;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Whether a version can be sent at all. Stateless. */
public final class Sendable {

    /** Characters that surely fit into a frame, at three bytes each: of nearly all records it need not be tried. */
    private static final long SURELY = 2_500_000;

    private Sendable() {
    }

    /** Why it cannot; empty if it can. */
    public static Optional<String> obstacle(Revision revision) {
        int actors = revision.version().context().counters().size();
        if (actors > Limits.CONTEXT_ACTORS) {
            return Optional.of("its context names " + actors + " actors, more than the " + Limits.CONTEXT_ACTORS
                    + " that a record may name");
        }
        if (revision.size() <= SURELY && (revision.content() == null || revision.content().unknown() == null)) {
            return Optional.empty();
        }
        try {
            BatchCodec.encode(revision.kind(), List.of(revision), Optional.empty(), false);
            return Optional.empty();
        } catch (ProtocolException | IllegalArgumentException e) {
            return Optional.of(Objects.requireNonNullElse(e.getMessage(), "it cannot be encoded"));
        }
    }
}
