package io.agentdb.sync.memory;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record's fields. Immutable.
 *
 * @param values in the order of {@link Kind#columns()}; an absent field is null
 * @param unknown the fields that only a later release knows, as they came over the wire, in base64; null if there are
 *     none. Whoever dropped them would delete them everywhere with its next write
 */
public record Content(List<@Nullable Object> values, @Nullable String unknown) {

    public Content {
        values = values instanceof BinaryRow ? values : Collections.unmodifiableList(values);
    }

    public Content(List<@Nullable Object> values) {
        this(values, null);
    }

    /** The fields in the form in which a database has sent them, or another will take them; null if they have none. */
    public @Nullable BinaryRow row() {
        return values instanceof BinaryRow row ? row : null;
    }

    /** The same fields, with what another content has that this release does not know. */
    public Content withUnknownOf(@Nullable Content other) {
        return other == null || other.unknown == null ? this : new Content(values, other.unknown);
    }

    public static Content of(@Nullable Object... values) {
        return new Content(Arrays.asList(values));
    }

    public @Nullable Object get(int column) {
        return values.get(column);
    }

    /**
     * The value of a column that the database demands.
     *
     * @throws IllegalArgumentException if it is not there: this is no record's content
     */
    Object required(int column) {
        Object value = values.get(column);
        if (value == null) {
            throw new IllegalArgumentException("the record has nothing in its column " + (column + 1)
                    + ", which it needs for its id");
        }
        return value;
    }

    /** About how many characters it takes: for bounding what is held or sent at once. */
    public long size() {
        long size = unknown == null ? 0 : unknown.length();
        if (values instanceof BinaryRow row) {
            return size + row.fields().length;
        }
        for (Object value : values) {
            size += value instanceof String text ? text.length() : value instanceof List<?> list ? size(list) : 8;
        }
        return size;
    }

    private static long size(List<?> texts) {
        return texts.stream().mapToLong(text -> 32L + ((String) text).length()).sum();
    }
}
