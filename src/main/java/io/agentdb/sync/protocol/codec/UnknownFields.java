package io.agentdb.sync.protocol.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.revision.Revision;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a record's content that only later releases know, as {@link Content#unknown()} keeps them: their bytes
 * on the wire, in base64 and in the order of their numbers, so that equal fields are equal text. Stateless.
 */
public final class UnknownFields {

    private UnknownFields() {
    }

    /**
     * The content with those fields in their columns that this release knows, after an earlier one kept them without
     * knowing them.
     *
     * @throws IllegalArgumentException if one of them has a value that no record may have
     */
    public static Content recognized(Kind kind, Content content) {
        try {
            return RecordCodec.of(kind).recognized(content);
        } catch (ProtocolException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The version itself, if this release can read what an earlier one could not. */
    public static Revision readAgain(Revision revision) {
        Revision.Unreadable unreadable = revision.unreadable();
        return unreadable == null || unreadable.record() == null ? revision
                : RecordCodec.of(revision.kind()).readAgain(revision, unreadable.record());
    }

    /** Differs between releases that know other fields, and is the same in every process of one: made of text alone. */
    public static int known() {
        return Kind.ALL.stream().map(kind -> kind + ": " + kind.columns()).toList().hashCode();
    }

    /** Null if there are none. */
    static @Nullable String text(UnknownFieldSet fields) {
        return fields.asMap().isEmpty() ? null : Base64.getEncoder().encodeToString(fields.toByteArray());
    }

    static UnknownFieldSet parse(String text) {
        try {
            return UnknownFieldSet.parseFrom(Base64.getDecoder().decode(text));
        } catch (InvalidProtocolBufferException e) {
            throw damaged(e);
        }
    }

    /** @param message of the kind's content, empty */
    static Message read(Message.Builder message, String text) {
        try {
            return message.mergeFrom(Base64.getDecoder().decode(text)).buildPartial();
        } catch (InvalidProtocolBufferException e) {
            throw damaged(e);
        }
    }

    private static ProtocolException damaged(InvalidProtocolBufferException e) {
        return Wire.broken("unknown_fields are not what a node wrote there: " + e.getMessage());
    }
}
