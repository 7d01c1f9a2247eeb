package io.agentdb.sync.replica.store;

import io.agentdb.sync.revision.Revision;
import org.jspecify.annotations.Nullable;

/**
 * A version to store.
 *
 * @param replaced what it replaces; null if there is nothing here
 */
public record Change(Revision revision, @Nullable StoredVersion replaced) {

    /** Whether the record's row is new: nothing here, or a tombstone. */
    public boolean fresh() {
        return replaced == null || replaced.deleted();
    }
}
