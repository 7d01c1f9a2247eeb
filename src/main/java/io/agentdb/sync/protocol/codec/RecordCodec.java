package io.agentdb.sync.protocol.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.agentdb.sync.memory.BinaryRow;
import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.wire.Record;
import io.agentdb.sync.protocol.wire.TextArray;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Revision.Unreadable;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Records of one kind on the wire. A column travels in the field of its name, in the message that {@code Record} has
 * for the kind; resolved once, so that a column without a field fails at start and not at the first sync.
 */
final class RecordCodec {

    /** Fields of {@code Record} from here on are contents. */
    private static final int FIRST_CONTENT = Record.EPISODES_FIELD_NUMBER;

    /** Later ones would soon have no successor: whoever changed or deleted the record would overflow a bigint. */
    private static final long LATEST_HLC = Long.MAX_VALUE / 2;

    private static final Map<Kind, RecordCodec> CODECS =
            Kind.ALL.stream().collect(Collectors.toMap(Function.identity(), RecordCodec::new));

    private final Kind kind;
    private final FieldDescriptor slot;
    private final FieldDescriptor[] fields;

    private RecordCodec(Kind kind) {
        this.kind = kind;
        this.slot = found(Record.getDescriptor().findFieldByName(kind.name()), "Record." + kind);
        this.fields = kind.columns().stream()
                .map(column -> found(slot.getMessageType().findFieldByName(column.name()), kind + "." + column.name()))
                .toArray(FieldDescriptor[]::new);
    }

    static RecordCodec of(Kind kind) {
        return Objects.requireNonNull(CODECS.get(kind), "there is one of each kind");
    }

    /** @param rows whether who gets it takes fields in PostgreSQL's binary format */
    Record encode(Revision revision, boolean rows) {
        Version version = revision.version();
        Record.Builder record = Record.newBuilder().setId(Wire.bytes(revision.id()))
                .setActor(version.dot().actor().name())
                .setCounter(version.dot().counter()).setXid(version.dot().xid()).setHlc(version.hlc())
                .setChoice(version.choice());
        version.context().counters().forEach((actor, counter) -> record.putContext(actor.name(), counter));
        if (revision.history().fieldTimes() != null) {
            record.setFieldHlc(revision.history().fieldTimes());
        }
        if (revision.history().tallies() != null) {
            record.setTallies(revision.history().tallies());
        }
        Content content = revision.content();
        BinaryRow row = content == null || content.unknown() != null ? null : content.row();
        if (rows && row != null) {
            record.setRow(UnsafeByteOperations.unsafeWrap(row.fields()));
        } else if (content != null) {
            Message.Builder message = record.newBuilderForField(slot);
            for (int i = 0; i < fields.length; i++) {
                Object value = content.get(i);
                if (value != null) {
                    message.setField(fields[i], toWire(kind.columns().get(i), value));
                }
            }
            if (content.unknown() != null) {
                message.setUnknownFields(UnknownFields.parse(content.unknown()));
            }
            record.setField(slot, message.build());
        }
        return record.build();
    }

    /**
     * A version, or an unreadable one: a flaw is that record's alone, and nothing behind it waits.
     *
     * @throws ProtocolException if it does not even say which version of which record it is: nothing could then be
     *     noted down of it
     */
    Revision decode(ByteString bytes) throws IOException {
        RecordName name = RecordName.of(bytes);
        try {
            return decode(bytes, name);
        } catch (IOException | IllegalArgumentException | ProtocolException flaw) {
            return Revision.unreadable(kind, name.id(), name.dot(), new Unreadable(
                    Objects.requireNonNullElse(flaw.getMessage(), "it cannot be read"),
                            bytes.size() > Limits.FRAME_BYTES ? null
                                    : Base64.getEncoder().encodeToString(bytes.toByteArray())));
        }
    }

    /**
     * What this release can read of what could not be read when it came.
     *
     * @param record as it came
     */
    Revision readAgain(Revision unreadable, String record) {
        try {
            return decode(ByteString.copyFrom(Base64.getDecoder().decode(record)));
        } catch (IOException | IllegalArgumentException | ProtocolException e) {
            return unreadable;
        }
    }

    private Revision decode(ByteString bytes, RecordName name) throws IOException {
        if (name.contextActors() > Limits.CONTEXT_ACTORS) {
            throw Wire.broken("record.context names more than " + Limits.CONTEXT_ACTORS + " actors");
        }
        CodedInputStream in = bytes.newCodedInput();
        // The row is copied out of it: once is enough.
        in.enableAliasing(true);
        Record record = Record.parseFrom(in);
        return new Revision(kind, name.id(), version(record, name.dot()), content(record), history(record));
    }

    private static Version version(Record record, Dot dot) {
        if (record.getHlc() < 0) {
            throw Wire.broken("record.hlc is negative");
        }
        if (record.getHlc() > LATEST_HLC) {
            throw Wire.broken("record.hlc lies after the year 4199");
        }
        try {
            TreeMap<Actor, Long> context = new TreeMap<>();
            record.getContextMap().forEach((actor, counter) -> context.put(new Actor(actor), counter));
            return new Version(dot, new VersionVector(context), record.getHlc(), record.getChoice());
        } catch (IllegalArgumentException e) {
            throw Wire.broken("record: " + e.getMessage());
        }
    }

    /** Read by merging, perhaps much later: what that could not read is refused here. */
    private History history(Record record) {
        if (kind != Kind.SKILLS && record.hasTallies()) {
            throw Wire.broken("record.tallies are of skills alone");
        }
        try {
            return History.checked(record.hasFieldHlc() ? record.getFieldHlc() : null,
                    record.hasTallies() ? record.getTallies() : null, record.getHlc());
        } catch (IllegalArgumentException e) {
            throw Wire.broken("record: " + e.getMessage());
        }
    }

    private @Nullable Content content(Record record) {
        if (record.getContentCase() == Record.ContentCase.CONTENT_NOT_SET) {
            if (record.getUnknownFields().asMap().keySet().stream().anyMatch(number -> number >= FIRST_CONTENT)) {
                // Taken for a tombstone, it would delete the record here.
                throw Wire.broken("record.content is of a kind that this version does not know");
            }
            return null;
        }
        if (record.hasRow()) {
            return new Content(BinaryRow.checked(kind, record.getRow().toByteArray()));
        }
        if (!record.hasField(slot)) {
            throw Wire.broken("record.content is of another kind than " + kind);
        }
        Message message = (Message) record.getField(slot);
        List<@Nullable Object> values = new ArrayList<>(fields.length);
        for (int i = 0; i < fields.length; i++) {
            Column column = kind.columns().get(i);
            if (message.hasField(fields[i])) {
                values.add(fromWire(column, message.getField(fields[i])));
            } else if (column.required()) {
                throw Wire.broken(kind + "." + column.name() + " is missing");
            } else {
                values.add(null);
            }
        }
        return new Content(values, UnknownFields.text(message.getUnknownFields()));
    }

    /** What this release does know of the fields that an earlier one kept without knowing them, in their columns. */
    Content recognized(Content content) {
        if (content.unknown() == null) {
            return content;
        }
        Message message = UnknownFields.read(Record.newBuilder().newBuilderForField(slot), content.unknown());
        List<@Nullable Object> values = new ArrayList<>(content.values());
        for (int i = 0; i < fields.length; i++) {
            // What stands in a column was written by whom knows it, and later.
            if (values.get(i) == null && message.hasField(fields[i])) {
                values.set(i, fromWire(kind.columns().get(i), message.getField(fields[i])));
            }
        }
        return new Content(values, UnknownFields.text(message.getUnknownFields()));
    }

    private static Object toWire(Column column, Object value) {
        return switch (column.type()) {
            case TEXT, JSON, LONG, DOUBLE, BOOLEAN -> value;
            case UUID -> Wire.bytes((UUID) value);
            case TIMESTAMP -> Wire.micros((Instant) value);
            case TEXT_ARRAY -> textArray((List<?>) value);
        };
    }

    private static TextArray textArray(List<?> texts) {
        TextArray.Builder array = TextArray.newBuilder();
        texts.forEach(text -> array.addValue((String) text));
        return array.build();
    }

    private Object fromWire(Column column, Object value) {
        String name = kind + "." + column.name();
        return switch (column.type()) {
            case TEXT, JSON, LONG, BOOLEAN -> value;
            case DOUBLE -> Wire.finite((Double) value, name);
            case UUID -> Wire.uuid((ByteString) value, name);
            case TIMESTAMP -> Wire.instant((Long) value, name);
            case TEXT_ARRAY -> List.copyOf(((TextArray) value).getValueList());
        };
    }

    private static FieldDescriptor found(@Nullable FieldDescriptor field, String name) {
        if (field == null) {
            throw new IllegalStateException("the .proto has no field " + name);
        }
        return field;
    }
}
