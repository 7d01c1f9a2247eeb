package io.agentdb.sync.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.wire.Record;
import io.agentdb.sync.protocol.wire.TextArray;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One kind's content and its protobuf message. Columns and fields are matched by name when the class is initialized,
 * which fails if a column has no field of its type: a node that started nevertheless would lose that column on every
 * sync. Thread-safe.
 */
final class ContentCodec {

    private static final Map<Kind, ContentCodec> ALL =
            Kind.ALL.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), ContentCodec::new));

    private final FieldDescriptor content;
    private final com.google.protobuf.Message prototype;
    private final Column[] columns;
    private final FieldDescriptor[] fields;
    private final String[] names;

    private ContentCodec(Kind kind) {
        content = Record.getDescriptor().findFieldByName(kind.name());
        if (content == null || content.getContainingOneof() == null) {
            throw new IllegalStateException("the message Record has no content called " + kind);
        }
        prototype = (com.google.protobuf.Message) Record.getDefaultInstance().getField(content);
        columns = kind.columns().toArray(Column[]::new);
        fields = new FieldDescriptor[columns.length];
        names = new String[columns.length];
        for (int i = 0; i < columns.length; i++) {
            names[i] = kind + "." + columns[i].name();
            fields[i] = content.getMessageType().findFieldByName(columns[i].name());
            if (fields[i] == null || fields[i].isRepeated() || !fields[i].hasPresence()
                    || fields[i].getType() != type(columns[i])) {
                throw new IllegalStateException("no optional field of the type of column " + names[i]);
            }
        }
    }

    static ContentCodec of(Kind kind) {
        return ALL.get(kind);
    }

    /** Whether the record's content, which it has, is of this kind. */
    boolean isIn(Record record) {
        return record.hasField(content);
    }

    void write(Content from, Record.Builder to) {
        com.google.protobuf.Message.Builder message = prototype.newBuilderForType();
        for (int i = 0; i < columns.length; i++) {
            Object value = from.get(i);
            if (value != null) {
                message.setField(fields[i], toWire(i, value));
            }
        }
        to.setField(content, message.build());
    }

    /** @throws ProtocolException if a required column is missing, or a value is none of its column */
    Content read(Record from) {
        com.google.protobuf.Message message = (com.google.protobuf.Message) from.getField(content);
        Object[] values = new Object[columns.length];
        for (int i = 0; i < columns.length; i++) {
            if (message.hasField(fields[i])) {
                values[i] = fromWire(i, message.getField(fields[i]));
            } else if (columns[i].required()) {
                throw Wire.violation(names[i] + " is missing");
            }
        }
        return Content.of(values);
    }

    private Object toWire(int column, Object value) {
        return switch (columns[column].type()) {
            case TEXT, JSON, LONG, BOOLEAN -> value;
            case DOUBLE -> Wire.finite(names[column], (Double) value);
            case TIMESTAMP -> Wire.micros(names[column], (Instant) value);
            case UUID -> Wire.bytes((UUID) value);
            case TEXT_ARRAY -> {
                TextArray.Builder array = TextArray.newBuilder();
                ((List<?>) value).forEach(element -> array.addValue((String) element));
                yield array.build();
            }
        };
    }

    private Object fromWire(int column, Object value) {
        return switch (columns[column].type()) {
            case TEXT, JSON, LONG, BOOLEAN -> value;
            case DOUBLE -> Wire.finite(names[column], (Double) value);
            case TIMESTAMP -> Wire.instant(names[column], (Long) value);
            case UUID -> Wire.uuid(names[column], (ByteString) value);
            case TEXT_ARRAY -> List.copyOf(((TextArray) value).getValueList());
        };
    }

    private static FieldDescriptor.Type type(Column column) {
        return switch (column.type()) {
            case TEXT, JSON -> FieldDescriptor.Type.STRING;
            case LONG, TIMESTAMP -> FieldDescriptor.Type.INT64;
            case DOUBLE -> FieldDescriptor.Type.DOUBLE;
            case BOOLEAN -> FieldDescriptor.Type.BOOL;
            case UUID -> FieldDescriptor.Type.BYTES;
            case TEXT_ARRAY -> FieldDescriptor.Type.MESSAGE;
        };
    }
}
