package io.agentdb.sync.replica.store;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Stamps;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.VersionVector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The records of this node with their versions, as applying needs them. Calls belong to the caller's transaction. */
public interface VersionStore {

    /**
     * The versions that are here, locked until the transaction ends, in id order so that two appliers cannot deadlock.
     */
    Map<UUID, StoredVersion> lock(Kind kind, Collection<UUID> ids);

    /**
     * Those of these records that are here and that another transaction has locked now.
     *
     * <p>Where somebody has locked the whole table, waits for it as any write does.
     */
    Set<UUID> locked(Kind kind, Collection<UUID> ids);

    /** Whole versions, tombstones included, of those of the ids that are here. */
    Map<UUID, Revision> load(Kind kind, Collection<UUID> ids);

    /**
     * Stores versions as they are, without stamping, as coming from {@code source} unless this node wrote them itself.
     *
     * @throws RowMoved if a record appeared meanwhile
     */
    void store(Kind kind, List<Change> changes, BatchOrigin source);

    /**
     * Widens contexts; a row stays where it is in the feed, because its dot does (docs/design.md, "The feed is
     * gap-free").
     */
    void join(Kind kind, Map<UUID, VersionVector> contexts);

    /**
     * Notes that the peer has these versions of this node's own writing, as far as they are still what is here; a row
     * stays where it is in the feed.
     */
    void given(Kind kind, Map<UUID, Dot> versions, BatchOrigin peer);

    /**
     * This node's next versions of records of one kind, for {@link #store} in the same transaction: until it ends,
     * nobody renews this node.
     *
     * @param atMost how many will be asked for
     */
    Stamps stamps(Kind kind, int atMost);

    /** The highest counter that this node has given to a write. */
    long lastCounter();

    /**
     * The id after the last transaction that has ended: no write of this node that others can know has it or a higher
     * one.
     */
    long horizon();
}
