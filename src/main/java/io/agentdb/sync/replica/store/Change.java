package io.agentdb.sync.replica.store;

import io.agentdb.sync.revision.Revision;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
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

    /** The records of some of the changes. */
    static UUID[] ids(List<Change> changes, Predicate<Change> which) {
        return changes.stream().filter(which).map(change -> change.revision().id()).toArray(UUID[]::new);
    }
}
