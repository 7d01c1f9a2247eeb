package io.agentdb.sync.protocol;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/** zstd (RFC 8878) of a batch's payload. Thread-safe. */
final class Compression {

    /** Below this, the frame's header and the call cost more than they save. */
    private static final int WORTHWHILE_BYTES = 1024;
    private static final int LEVEL = 1;

    private Compression() {
    }

    /** The payload compressed; {@code raw} itself if it is short, or would not become shorter. */
    static byte[] compress(byte[] raw) {
        if (raw.length <= WORTHWHILE_BYTES) {
            return raw;
        }
        byte[] packed = Zstd.compress(raw, LEVEL);
        return packed.length < raw.length ? packed : raw;
    }

    /**
     * The payload decompressed. Nothing is allocated before the length that the batch declares is within the limit and is the one
     * that the zstd frame declares; otherwise a few kilobytes could claim all of the memory.
     *
     * @throws ProtocolException if it is too long, or anything but exactly {@code rawBytes} bytes compressed
     */
    static byte[] decompress(byte[] packed, int rawBytes) {
        requireWithinLimit(rawBytes);
        if (packed.length == 0 || Zstd.getFrameContentSize(packed) != rawBytes) {
            throw Wire.violation("batch.raw_bytes is " + rawBytes + ", but batch.payload is not a zstd frame of that size");
        }
        byte[] raw = new byte[rawBytes];
        long length;
        try {
            length = Zstd.decompressByteArray(raw, 0, raw.length, packed, 0, packed.length);
        } catch (ZstdException e) {
            throw Wire.violation("batch.payload is not zstd: " + e.getMessage());
        }
        if (Zstd.isError(length)) {
            throw Wire.violation("batch.payload is not zstd: " + Zstd.getErrorName(length));
        }
        if (length != rawBytes) {
            throw Wire.violation("batch.payload has " + length + " bytes, batch.raw_bytes says " + rawBytes);
        }
        return raw;
    }

    static void requireWithinLimit(int rawBytes) {
        if (rawBytes < 0 || rawBytes > Limits.BATCH_RAW_BYTES) {
            throw new ProtocolException(ErrorCode.FRAME_TOO_LARGE, "batch.raw_bytes is "
                    + Integer.toUnsignedString(rawBytes) + ", more than " + Limits.BATCH_RAW_BYTES);
        }
    }
}
