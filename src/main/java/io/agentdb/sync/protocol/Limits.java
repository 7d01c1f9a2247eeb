package io.agentdb.sync.protocol;

import java.util.List;

/** The bounds of everything that a peer may make us hold. */
public final class Limits {

    public static final String ALPN = "agentdb-sync/1";
    public static final int VERSION = 1;
    /** The capability of a server that answers {@link Message.VerifyRequest}. */
    public static final String VERIFY = "verify";

    /** The capability of a node that keeps and passes on fields of a record's content that it does not know. */
    public static final String UNKNOWN_FIELDS = "unknown-fields";
    /** The capability of a node that understands compressed batches. */
    public static final String ZSTD = "zstd";
    /** The capability of a server whose pushes and pulls may stay open, so that each side hears at once what is new. */
    public static final String LIVE = "live";
    /** The capability of a node that takes a record's fields in PostgreSQL's binary format. */
    public static final String ROWS = "rows";
    /** The capability of a node that takes embeddings beside the records that they are of. */
    public static final String EMBEDDINGS = "embeddings";
    /** What this release can do beyond the least that version 1 asks. */
    public static final List<String> CAPABILITIES = List.of(ZSTD, VERIFY, UNKNOWN_FIELDS, LIVE, ROWS,
            EMBEDDINGS);

    /** A frame's length; checked before anything is allocated for it. */
    public static final int FRAME_BYTES = 8 << 20;

    /** A frame's length on the control stream: before the hello, anybody may send there. */
    public static final int CONTROL_FRAME_BYTES = 16 << 10;

    /** The length of a request stream's first frame: what a server holds for a request that it has not admitted yet. */
    public static final int REQUEST_FRAME_BYTES = 256 << 10;

    /** A batch's records once decompressed. One record may be as long, so that a large one is not stuck for ever. */
    public static final int BATCH_RAW_BYTES = 32 << 20;

    /**
     * How many times its compressed size a payload may have; a batch that is smaller than {@link #FREELY_COMPRESSED}
     * may have more.
     */
    public static final int COMPRESSION_RATIO = 100;

    /** What a single frame may make of itself without any harm. */
    public static final int FREELY_COMPRESSED = 1 << 20;

    public static final int BATCH_RECORDS = 10_000;

    /**
     * Protobuf fields of a frame without its payload, elements and nested ones included: two bytes may decode to a
     * hundred.
     */
    public static final int FRAME_FIELDS = 20_000;

    /** The same of a batch's payload. Half of it would hold the tags of any record that the database admits. */
    public static final int BATCH_FIELDS = 1_000_000;

    /** Embeddings in one batch; more are left out. */
    public static final int BATCH_EMBEDDINGS = 20_000;

    /** Claims in one message. */
    public static final int CLAIMS = 1_000;

    /** Ranges of ids in one query of a comparison. */
    public static final int RANGES = 1_024;

    /** Records listed in one answer of a comparison. */
    public static final int ITEMS = 1_000;

    /** Records asked for at once. */
    public static final int FETCH_IDS = 1_000;

    /** Actors in one record's context. */
    public static final int CONTEXT_ACTORS = 10_000;

    /** Tags of a selection, capabilities of a hello. */
    public static final int LIST_ENTRIES = 100;

    /** Characters of a name, a token, a reason. */
    public static final int TEXT_CHARACTERS = 4096;

    private Limits() {
    }
}
