package io.agentdb.sync.revision;

import io.agentdb.sync.memory.Content;
import org.jspecify.annotations.Nullable;

/**
 * What a strategy makes of two concurrent versions. Which dot the outcome carries is not a strategy's to say:
 * {@link Resolver} does.
 */
public sealed interface Decision {

    enum Side { LOCAL, REMOTE }

    /** That version wins by an order in which every node sees the same. */
    record Keep(Side side) implements Decision { }

    /** That version is picked, though another node may pick the other. */
    record Choose(Side side) implements Decision { }

    /** @param content null for a delete */
    record Merged(@Nullable Content content, History history) implements Decision { }

    /** Both stay where they are until a person decides. */
    record Park() implements Decision { }
}
