package io.agentdb.sync.protocol.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.wire.Record;
import java.io.IOException;

/**
 * Counts a message's fields, nested ones and entries of maps included, a record's context not, before it is parsed: an
 * empty list element takes two bytes on the wire and tens of bytes as an object, so that the length alone would let
 * eight megabytes become hundreds. One thread.
 */
final class FieldCount {

    private final CodedInputStream in;
    private final String what;
    private final int most;
    private int seen;

    private FieldCount(CodedInputStream in, String what, int most) {
        this.in = in;
        this.what = what;
        this.most = most;
    }

    /**
     * @throws ProtocolException if there are more than {@code most} fields, or groups, which this protocol does not use
     * @throws IOException if what is read to the end is no message
     */
    static void check(String what, CodedInputStream in, Descriptor type, int most) throws IOException {
        new FieldCount(in, what, most).message(type);
        in.checkLastTagWas(0);
    }

    private void message(Descriptor type) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (++seen > most) {
                throw new ProtocolException(ErrorCode.FRAME_TOO_LARGE, what + " has more than " + most + " fields");
            }
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_START_GROUP, WireFormat.WIRETYPE_END_GROUP ->
                        throw Wire.broken(what + " has a group");
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> delimited(tag, type);
                default -> in.skipField(tag);
            }
        }
    }

    private void delimited(int tag, Descriptor type) throws IOException {
        FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
        if (field != null && field.isMapField()) {
            // Contexts have a limit of their own; counted here, many records of a large mesh would not fit into a
            // batch.
            seen -= type == Record.getDescriptor() ? 1 : 0;
            in.skipField(tag);
        } else if (field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            int outer = in.pushLimit(in.readRawVarint32());
            message(field.getMessageType());
            in.popLimit(outer);
        } else {
            in.skipField(tag);
        }
    }
}
