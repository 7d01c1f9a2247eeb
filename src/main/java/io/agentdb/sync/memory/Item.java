package io.agentdb.sync.memory;

import java.util.UUID;

/** One record of any kind. Immutable; an absent field is null, and absent in JSON. {@link Shape} lists its fields. */
public sealed interface Item permits Episode, Skill, Edge {

    /** The record's id on every node. */
    UUID id();
}
