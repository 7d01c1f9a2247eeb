package io.agentdb.sync.protocol.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.wire.Record;
import io.agentdb.sync.version.Dot;
import java.io.IOException;
import java.util.UUID;

/**
 * Which version of which record it is, whatever else is wrong with it; and how many actors its context names, before
 * that is parsed.
 */
record RecordName(UUID id, Dot dot, int contextActors) {

    /** @throws ProtocolException if it does not say so */
    static RecordName of(ByteString record) throws IOException {
        CodedInputStream in = record.newCodedInput();
        ByteString id = ByteString.EMPTY;
        String actor = "";
        long counter = 0;
        long xid = 0;
        int contextActors = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case Record.ID_FIELD_NUMBER -> id = in.readBytes();
                case Record.ACTOR_FIELD_NUMBER -> actor = in.readString();
                case Record.COUNTER_FIELD_NUMBER -> counter = in.readInt64();
                case Record.XID_FIELD_NUMBER -> xid = in.readInt64();
                default -> {
                    contextActors += WireFormat.getTagFieldNumber(tag) == Record.CONTEXT_FIELD_NUMBER ? 1 : 0;
                    in.skipField(tag);
                }
            }
        }
        UUID uuid = Wire.uuid(id, "record.id");
        try {
            return new RecordName(uuid, new Dot(Wire.actor(actor, "record.actor"), counter, xid), contextActors);
        } catch (IllegalArgumentException e) {
            throw Wire.broken("record " + uuid + ": " + e.getMessage());
        }
    }
}
