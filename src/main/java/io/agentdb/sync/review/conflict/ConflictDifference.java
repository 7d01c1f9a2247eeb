package io.agentdb.sync.review.conflict;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Merging;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.revision.MetadataKeys;
import io.agentdb.sync.revision.Revision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One field in which the versions of a conflict differ. A value is null where the version has none.
 *
 * @param field as in the record's JSON; a key of a metadata object as {@code metadata/key}
 * @param result what it became; null as well while the conflict is open
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConflictDifference(String field, @Nullable Object local, @Nullable Object remote,
        @Nullable Object result) {

    /**
     * In the order of the kind's columns. Where a version is a delete, {@code deleted} differs and every field has no
     * value there.
     */
    public static List<ConflictDifference> of(LoggedConflict conflict) {
        List<ConflictDifference> differences = new ArrayList<>();
        @Nullable Revision[] versions = {conflict.local(), conflict.remote(), conflict.result()};
        add(differences, "deleted", Arrays.stream(versions).map(one -> one == null ? null : one.deleted()).toArray(),
                versions);
        Kind kind = conflict.kind();
        for (int i = 0; i < kind.columns().size(); i++) {
            Column column = kind.columns().get(i);
            int at = i;
            @Nullable Object[] values = Arrays.stream(versions).map(one -> value(column, one, at)).toArray();
            if (column.merging() == Merging.BY_KEY
                    && Arrays.stream(values).allMatch(value -> value == null || MetadataKeys.object((Json) value))) {
                byKey(differences, Shape.field(column), values, versions);
            } else {
                add(differences, Shape.field(column), values, versions);
            }
        }
        return differences;
    }

    private static void byKey(List<ConflictDifference> differences, String field, @Nullable Object[] values,
            @Nullable Revision[] versions) {
        List<Map<String, JsonNode>> objects = Arrays.stream(values)
                .map(value -> value == null ? Map.<String, JsonNode>of() : MetadataKeys.values((Json) value)).toList();
        TreeSet<String> keys = new TreeSet<>();
        objects.forEach(object -> keys.addAll(object.keySet()));
        keys.forEach(key -> add(
                differences, field + "/" + key, objects.stream().map(object -> object.get(key)).toArray(), versions));
    }

    private static void add(List<ConflictDifference> differences, String field, @Nullable Object[] values,
            @Nullable Revision[] versions) {
        boolean decided = versions[2] != null;
        if (!same(values[0], values[1]) || decided && !same(values[0], values[2])) {
            differences.add(new ConflictDifference(field, values[0], values[1], values[2]));
        }
    }

    private static boolean same(@Nullable Object a, @Nullable Object b) {
        return a instanceof JsonNode one && b instanceof JsonNode other
                ? new Json(one.toString()).equals(new Json(other.toString()))
                : Objects.equals(a, b);
    }

    private static @Nullable Object value(Column column, @Nullable Revision version, int i) {
        Content content = version == null ? null : version.content();
        Object value = content == null ? null : content.get(i);
        return value != null && column.type() == Column.Type.JSON ? new Json((String) value) : value;
    }
}
