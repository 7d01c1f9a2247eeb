package io.agentdb.sync.memory;

import java.util.UUID;

/** One record of any kind. Immutable; an absent field is null, and absent in JSON. {@link Shape} lists its fields. */
public sealed interface MemoryRecord permits Episode, Skill, Edge {

    /** The record's id on every node. */
    UUID id();
}
