package io.agentdb.sync.memory;

import io.agentdb.sync.memory.Column.Type;
import java.util.EnumSet;
import java.util.Set;

/** What becomes of a column when two versions of a record are merged: docs/consistency.md, "What merge does". */
public enum Merging {
    /** The value that was written later. */
    LATER(EnumSet.allOf(Type.class)),
    /** Every element of both sides. */
    UNITED(Set.of(Type.TEXT_ARRAY)),
    /** Each key of a JSON object for itself. */
    BY_KEY(Set.of(Type.JSON)),
    /** The sum of what each node has counted. */
    ADDED_UP(Set.of(Type.LONG)),
    /** The average of what each node has counted, weighted with the column that is added up. */
    WEIGHTED(Set.of(Type.DOUBLE)),
    EARLIEST(Set.of(Type.TIMESTAMP)),
    LATEST(Set.of(Type.TIMESTAMP)),
    /** A part of the record's identity: the two sides cannot differ. */
    IDENTITY(Set.of(Type.TEXT, Type.UUID));

    private final Set<Type> types;

    Merging(Set<Type> types) {
        this.types = types;
    }

    /** Whether columns of that type can be merged like this. */
    boolean fits(Type type) {
        return types.contains(type);
    }
}
