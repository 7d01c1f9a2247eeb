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

    /** Protobuf fields, list elements and map entries of a frame without its payload: two bytes may decode to a hundred. */
    public static final int FRAME_FIELDS = 10_000;

    /** The same of a batch's records. Half of it would hold the tags of any record that the database admits. */
    public static final int BATCH_FIELDS = 1_000_000;

    /** UTF-16 units of a name, a token or a capability; a failure's or a farewell's text is cut off here. */
    public static final int TEXT_CHARS = 1_000;

    private Limits() {
    }
}
