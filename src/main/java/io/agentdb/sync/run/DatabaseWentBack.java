package io.agentdb.sync.run;

import io.agentdb.sync.version.Actor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A peer has read our feed further than it goes: our database went back in time. This node needs a new incarnation. */
public final class DatabaseWentBack extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Actor actor;
    private final transient @Nullable Actor witness;

    /** @param witness see {@link io.agentdb.sync.node.LocalNode#renew} */
    public DatabaseWentBack(Actor actor, @Nullable Actor witness, String message) {
        super(message);
        this.actor = actor;
        this.witness = witness;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "made with a message");
    }

    /** Who has met this node in its lost future; null if the peer has it from others. */
    public @Nullable Actor witness() {
        return witness;
    }

    /** The incarnation that the peer has read. */
    public Actor actor() {
        return actor;
    }
}
