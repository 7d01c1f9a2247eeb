package io.agentdb.sync.protocol.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.wire.Batch;
import io.agentdb.sync.protocol.wire.BatchAck;
import io.agentdb.sync.protocol.wire.Frame;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a frame says of the records in it, read without decoding them: a small frame may make a hundred times of itself.
 *
 * @param kind as it is named there
 * @param rawBytes of the records once decompressed, as far as it is told; the codec holds the frame to that
 * @param answer whether they stand in an answer to a batch
 */
public record Payload(String kind, long rawBytes, boolean answer) {

    /** Empty if there are no records in it, or if it is no frame. */
    public static Optional<Payload> of(byte[] body) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(body);
            @Nullable Payload payload = null;
            // A field that is there twice is merged by who decodes it: the last kind counts, and the most bytes may
            // have to be made.
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (is(tag, Frame.BATCH_FIELD_NUMBER)) {
                    payload = batch(in, payload, false);
                } else if (is(tag, Frame.BATCH_ACK_FIELD_NUMBER)) {
                    int outer = in.pushLimit(in.readRawVarint32());
                    for (int inner = in.readTag(); inner != 0; inner = in.readTag()) {
                        if (is(inner, BatchAck.CONCURRENT_FIELD_NUMBER)) {
                            payload = batch(in, payload, true);
                        } else {
                            in.skipField(inner);
                        }
                    }
                    in.popLimit(outer);
                } else {
                    in.skipField(tag);
                }
            }
            return Optional.ofNullable(payload);
        } catch (IOException e) {
            // The codec says what is wrong with it.
            return Optional.empty();
        }
    }

    /** Whether it is of one of these kinds. */
    public boolean among(Iterable<Kind> kinds) {
        for (Kind one : kinds) {
            if (one.name().equals(kind)) {
                return true;
            }
        }
        return false;
    }

    private static Payload batch(CodedInputStream in, @Nullable Payload before, boolean answer) throws IOException {
        String kind = before == null ? "" : before.kind;
        long bytes = before == null ? 0 : before.rawBytes;
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (is(tag, Batch.KIND_FIELD_NUMBER)) {
                kind = in.readStringRequireUtf8();
            } else if (tag == (Batch.RAW_BYTES_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT)) {
                bytes = Math.max(bytes, Math.min(Integer.toUnsignedLong(in.readUInt32()), Limits.BATCH_RAW_BYTES));
            } else {
                in.skipField(tag);
            }
        }
        in.popLimit(outer);
        return new Payload(kind, bytes, answer);
    }

    private static boolean is(int tag, int field) {
        return tag == (field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED);
    }
}
