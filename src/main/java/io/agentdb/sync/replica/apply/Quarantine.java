package io.agentdb.sync.replica.apply;

import io.agentdb.sync.replica.knowledge.Unapplied;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.revision.Revision;

/** Records that could not be applied, with their reason; set aside, so that the stream goes on. */
public interface Quarantine extends Unapplied {

    /** The code of what says which version it is, but has a flaw that keeps it from being read. */
    String UNREADABLE = "unreadable";

    /** The code of what another session had locked: tried again soon. */
    String LOCKED = "locked";

    /**
     * Called in the transaction that moves the cursor past the record. Setting the same version aside again counts as
     * another try.
     *
     * @param code why, for programs, in words with dashes: {@link #UNREADABLE}
     * @param reason why, for people
     */
    void setAside(Revision revision, BatchOrigin source, String code, String reason);
}
