package io.agentdb.sync.replica;

/** Records that could not be applied, with their reason; set aside, so that the stream goes on. */
public interface Quarantine extends SetAside {

    /**
     * Called in the transaction that moves the cursor past the record.
     *
     * @param code why, for programs: {@code refused-by-database}
     * @param reason why, for people
     */
    void setAside(Revision revision, Source source, String code, String reason);
}
