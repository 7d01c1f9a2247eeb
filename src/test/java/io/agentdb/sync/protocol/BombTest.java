package io.agentdb.sync.protocol;

import static io.agentdb.sync.protocol.MalformedFrameTest.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import io.agentdb.sync.protocol.wire.Batch;
import io.agentdb.sync.protocol.wire.Frame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Small frames that would become large in memory. */
class BombTest {

    @Test
    void batchThatDeclaresTooMuch_isRefusedBeforeItIsDecompressed() {
        byte[] bomb = Zstd.compress(new byte[Limits.BATCH_RAW_BYTES + 1], 1);
        assertThat(bomb.length).isLessThan(10_000);
        assertThat(refusal(zstd(bomb, Limits.BATCH_RAW_BYTES + 1, 1)).code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE);
        assertThat(refusal(zstd(bomb, -1, 1)).code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE);
    }

    @Test
    void batchThatDeclaresLessThanItHolds_isRefused() {
        byte[] bomb = Zstd.compress(new byte[Limits.BATCH_RAW_BYTES + 1], 1);
        assertThat(refusal(zstd(bomb, 100, 1))).hasMessageContaining("batch.raw_bytes");
    }

    @Test
    void zstdFramesBehindEachOther_orWithoutSize_areRefused() {
        byte[] one = Zstd.compress(new byte[5_000], 1);
        byte[] two = Arrays.copyOf(one, 2 * one.length);
        System.arraycopy(one, 0, two, one.length, one.length);
        assertThat(refusal(zstd(two, 5_000, 1))).hasMessageContaining("batch.payload");
        assertThat(refusal(zstd(two, 10_000, 1))).hasMessageContaining("batch.payload");
        assertThat(refusal(zstd(new byte[0], 0, 0))).hasMessageContaining("batch.payload");
        assertThat(refusal(zstd(new byte[] {1, 2, 3}, 3, 1))).hasMessageContaining("batch.payload");
        assertThat(refusal(zstd(Arrays.copyOf(one, one.length - 3), 5_000, 1))).hasMessageContaining("batch.payload");
    }

    @Test
    void millionsOfEmptyFields_areRefusedBeforeTheyBecomeObjects() {
        byte[] emptyRecords = repeated(new byte[] {0x0a, 0}, Limits.BATCH_RAW_BYTES);
        assertThat(refusal(zstd(Zstd.compress(emptyRecords, 1), emptyRecords.length, Limits.BATCH_RECORDS)).code())
                .isEqualTo(ErrorCode.FRAME_TOO_LARGE);
        byte[] emptyCapabilities = repeated(new byte[] {0x22, 0}, Limits.FRAME_BYTES / 2);
        byte[] unknown = repeated(new byte[] {0x78, 0}, Limits.FRAME_BYTES / 2);
        for (byte[] fields : new byte[][] {emptyCapabilities, unknown}) {
            ByteArrayOutputStream hello = new ByteArrayOutputStream();
            hello.writeBytes(new byte[] {0x0a, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x02});
            hello.writeBytes(fields);
            assertThat(refusal(hello.toByteArray())).hasMessageContaining("fields")
                    .extracting(ProtocolException::code).isEqualTo(ErrorCode.FRAME_TOO_LARGE);
        }
    }

    @Test
    void groups_areRefused() {
        byte[] nested = repeated(new byte[] {0x7b}, 100_000);
        assertThat(refusal(nested)).hasMessageContaining("group");
        assertThat(refusal(new byte[] {0x7c})).hasMessageContaining("group");
    }

    @Test
    void payload_isCompressedOnlyWhenThatHelps() {
        byte[] noise = new byte[100_000];
        new Random(1).nextBytes(noise);
        byte[] shortOne = new byte[1024];
        assertThat(Compression.compress(noise)).isSameAs(noise);
        assertThat(Compression.compress(shortOne)).isSameAs(shortOne);
        byte[] packed = Compression.compress(new byte[1025]);
        assertThat(packed.length).isLessThan(100);
        assertThat(Compression.decompress(packed, 1025)).isEqualTo(new byte[1025]);
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> Compression.decompress(packed, 1024));
    }

    private static byte[] repeated(byte[] part, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = part[i % part.length];
        }
        return bytes;
    }

    private static Frame.Builder zstd(byte[] payload, int rawBytes, int records) {
        return Frame.newBuilder().setBatch(Batch.newBuilder().setKind("episodes").setRecords(records)
                .setCompressionValue(1).setRawBytes(rawBytes).setPayload(ByteString.copyFrom(payload)));
    }
}
