package io.agentdb.sync.memory;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A record's fields in the order of {@link Kind#columns()}; an absent field is null. Immutable. */
public record Content(List<Object> values) {

    public Content {
        values = Collections.unmodifiableList(values);
    }

    public static Content of(Object... values) {
        return new Content(Arrays.asList(values));
    }

    public Object get(int column) {
        return values.get(column);
    }

    /** About how many characters it takes: for bounding what is held or sent at once. */
    public long size() {
        long size = 0;
        for (Object value : values) {
            size += value instanceof String text ? text.length() : value instanceof List<?> list ? 32L * list.size() : 8;
        }
        return size;
    }
}
