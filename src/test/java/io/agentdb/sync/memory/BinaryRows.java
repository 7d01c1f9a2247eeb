package io.agentdb.sync.memory;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Rows from values, written down once more as PostgreSQL's documentation says it. */
public final class BinaryRows {

    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private BinaryRows() {
    }

    public static BinaryRow of(Kind kind, List<?> values) {
        return BinaryRow.checked(kind, fields(kind, values));
    }

    static byte[] fields(Kind kind, List<?> values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            for (int i = 0; i < values.size(); i++) {
                byte[] field = field(kind.columns().get(i).type(), values.get(i));
                out.writeInt(field == null ? -1 : field.length);
                out.write(field == null ? new byte[0] : field);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] field(Column.Type type, Object value) throws IOException {
        if (value == null) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        switch (type) {
            case TEXT -> out.write(utf8(value));
            case JSON -> {
                out.write(1);
                out.write(utf8(value));
            }
            case LONG -> out.writeLong((Long) value);
            case DOUBLE -> out.writeDouble((Double) value);
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case UUID -> {
                out.writeLong(((UUID) value).getMostSignificantBits());
                out.writeLong(((UUID) value).getLeastSignificantBits());
            }
            case TIMESTAMP -> {
                Duration since = Duration.between(EPOCH, (Instant) value);
                out.writeLong(since.getSeconds() * 1_000_000 + since.getNano() / 1_000);
            }
            case TEXT_ARRAY -> array(out, (List<?>) value);
            default -> throw new IllegalStateException("unforeseen type " + type);
        }
        return bytes.toByteArray();
    }

    private static void array(DataOutputStream out, List<?> texts) throws IOException {
        out.writeInt(texts.isEmpty() ? 0 : 1);
        out.writeInt(0);
        out.writeInt(25);
        if (!texts.isEmpty()) {
            out.writeInt(texts.size());
            out.writeInt(1);
        }
        for (Object text : texts) {
            out.writeInt(utf8(text).length);
            out.write(utf8(text));
        }
    }

    private static byte[] utf8(Object text) {
        return ((String) text).getBytes(StandardCharsets.UTF_8);
    }
}
