package io.agentdb.sync.replica.apply;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.Revision;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Which records of a batch others have locked, so that the rest can do without them. Thread-safe. */
final class LockedRows {

    private final Transactions transactions;
    private final VersionStore versions;

    LockedRows(Transactions transactions, VersionStore versions) {
        this.transactions = transactions;
        this.versions = versions;
    }

    /**
     * Those that are here and that another transaction has locked now. Empty where it is just making a record: nobody
     * can see that one yet.
     */
    Set<UUID> among(Kind kind, List<Revision> revisions) {
        return transactions.run(() -> versions.locked(kind, revisions.stream().map(Revision::id).toList()));
    }

    static List<Revision> without(Set<UUID> ids, List<Revision> revisions) {
        return revisions.stream().filter(revision -> !ids.contains(revision.id())).toList();
    }
}
