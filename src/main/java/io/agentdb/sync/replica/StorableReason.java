package io.agentdb.sync.replica;

/** Why a version was set aside, in words that the database takes. */
public final class StorableReason {

    /** Characters. */
    private static final int LONGEST = 1_000;

    private StorableReason() {
    }

    /** The reason may quote the record, whose characters may be the very reason. */
    public static String of(String reason) {
        String brief = reason.length() <= LONGEST ? reason : reason.substring(0, LONGEST) + "…";
        return brief.replaceAll("[\\p{Cntrl}\\p{Cs}]", " ");
    }
}
