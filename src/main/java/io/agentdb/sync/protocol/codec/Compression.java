package io.agentdb.sync.protocol.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;

/** zstd (RFC 8878) on batches. */
final class Compression {

    /** Below this, a batch's header costs more than compressing saves. */
    private static final int WORTHWHILE = 1024;
    /**
     * Of rows of prose, the third level with a table of 2^18 leaves 0.380, with its own 0.383 in the same time; the
     * second with one of 2^17 0.389 in a tenth less, which is a hundredth of a first copy.
     */
    private static final int LEVEL = 3;
    private static final int HASH_LOG = 18;

    private Compression() {
    }

    /** The compressed bytes, or null when that is not worth it. */
    static byte @Nullable [] compress(byte[] raw) {
        if (raw.length < WORTHWHILE) {
            return null;
        }
        byte[] compressed;
        try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
            compressed = zstd.setLevel(LEVEL).setHashLog(HASH_LOG).compress(raw);
        }
        return compressed.length < raw.length && !bomb(compressed.length, raw.length) ? compressed : null;
    }

    /** Sent as it is, such a payload costs its sender as much as its receiver. */
    private static boolean bomb(int compressed, int raw) {
        return raw > Limits.FREELY_COMPRESSED && raw > (long) compressed * Limits.COMPRESSION_RATIO;
    }

    /** @throws ProtocolException unless it gives exactly {@code length} bytes; checked before they are allocated */
    static byte[] decompress(byte[] compressed, int length) {
        if (compressed.length == 0) {
            // zstd-jni looks at the first byte of what it is given, and throws if there is none.
            throw Wire.broken("batch.payload is not zstd: it is empty");
        }
        long declared = Zstd.getFrameContentSize(compressed);
        // A streaming encoder leaves the length out (RFC 8878, section 3.1.1.1.4); then only raw_bytes bounds it.
        boolean contradicts = declared >= 0 && declared != length;
        if (length < 0 || length > Limits.BATCH_RAW_BYTES || contradicts) {
            throw Wire.broken("batch.raw_bytes is " + length + ", the compressed payload says " + declared
                    + ", the limit is " + Limits.BATCH_RAW_BYTES);
        }
        if (bomb(compressed.length, length)) {
            throw Wire.broken("batch.raw_bytes is " + length + ", more than " + Limits.COMPRESSION_RATIO + " times the "
                    + compressed.length + " bytes of its payload: send it uncompressed");
        }
        try {
            byte[] raw = new byte[length];
            long written = Zstd.decompress(raw, compressed);
            if (Zstd.isError(written)) {
                throw Wire.broken("batch.payload is not zstd of raw_bytes: " + Zstd.getErrorName(written));
            }
            if (written != length) {
                throw Wire.broken("batch.payload decompresses to " + written + " bytes, not " + length);
            }
            return raw;
        } catch (ZstdException e) {
            throw Wire.broken("batch.payload is not zstd: " + e.getMessage());
        }
    }
}
