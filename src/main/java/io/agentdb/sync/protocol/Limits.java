package io.agentdb.sync.protocol;

/** The bounds of everything that a peer may make us hold. */
public final class Limits {

    public static final String ALPN = "agentdb-sync/1";
    public static final int VERSION = 1;

    /** A frame's length; checked before anything is allocated for it. */
    public static final int FRAME_BYTES = 8 << 20;

    /** A batch's records once decompressed. One record may be as long, so that a large one is not stuck for ever. */
    public static final int BATCH_RAW_BYTES = 32 << 20;

    /** A sender closes a batch here, so that ordinary batches stay small. */
    public static final int BATCH_TARGET_BYTES = 512 << 10;

    public static final int BATCH_RECORDS = 10_000;

    private Limits() {
    }
}
