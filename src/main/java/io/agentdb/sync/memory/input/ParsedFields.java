package io.agentdb.sync.memory.input;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Merging;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a JSON object says about a record: the one place where JSON becomes fields, for REST and for imports. Immutable.
 *
 * @param id as given; null if none was
 * @param values by position of the column; a field given as null is there with null, one not given is not there
 */
public record ParsedFields(Kind kind, @Nullable UUID id, Map<Integer, @Nullable Object> values) {

    private static final Column ID = new Column("id", Column.Type.UUID, false, Merging.IDENTITY);

    /** @throws InvalidInput with every flaw of the object, not only its first */
    public static ParsedFields read(Kind kind, ObjectNode object) {
        Reading reading = new Reading(kind);
        object.properties().forEach(entry -> reading.field(entry.getKey(), entry.getValue()));
        return reading.draft();
    }

    /**
     * The whole record's content.
     *
     * @param absent what a column has that was not given, or was given as null. Times may be null after that; the
     *     writer fills them in.
     */
    public Content content(Function<Column, @Nullable Object> absent) {
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        Object[] all = new Object[kind.columns().size()];
        for (int i = 0; i < all.length; i++) {
            Column column = kind.columns().get(i);
            all[i] = Optional.ofNullable(values.get(i)).orElseGet(() -> absent.apply(column));
            if (all[i] == null && column.required() && column.type() != Column.Type.TIMESTAMP) {
                flaws.add(new InvalidInput.Flaw(Shape.field(column), "is required"));
            }
        }
        return checked(flaws, all);
    }

    /** RFC 7396 over the fields: null removes, objects merge, anything else replaces. */
    Content patch(Content base) {
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        Object[] all = base.values().toArray();
        values.forEach((i, value) -> {
            Column column = kind.columns().get(i);
            if (value == null && column.required()) {
                flaws.add(new InvalidInput.Flaw(Shape.field(column), "is required and cannot be removed"));
            }
            all[i] = column.type() == Column.Type.JSON && value != null
                    ? MergePatch.apply((String) all[i], (String) value) : value;
        });
        return checked(flaws, all);
    }

    private Content checked(List<InvalidInput.Flaw> flaws, Object[] all) {
        if (!flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
        Content content = Content.of(all);
        FieldLimits.size(kind, content);
        return content;
    }

    private static final class Reading {
        private final Kind kind;
        private final Map<Integer, @Nullable Object> values = new HashMap<>();
        private final Map<Integer, String> spelled = new HashMap<>();
        private final List<InvalidInput.Flaw> flaws = new ArrayList<>();
        private final TreeSet<String> unknown = new TreeSet<>();
        private @Nullable UUID id;

        Reading(Kind kind) {
            this.kind = kind;
        }

        void field(String name, JsonNode node) {
            try {
                if (name.equals("id")) {
                    id = node.isNull() ? null : (UUID) FieldReader.read(ID, name, node);
                } else {
                    FieldNames.column(kind, name).ifPresentOrElse(
                            column -> value(column, name, node), () -> unknown.add(name));
                }
            } catch (InvalidInput e) {
                flaws.addAll(e.flaws());
            }
        }

        private void value(int column, String name, JsonNode node) {
            if (node.isNull()) {
                put(column, name, null);
            } else if (kind == Kind.EDGES && kind.columns().get(column).type() == Column.Type.UUID) {
                endpoint(column, name, node);
            } else {
                put(column, name, FieldReader.read(kind.columns().get(column), name, node));
            }
        }

        private void endpoint(int column, String name, JsonNode node) {
            Endpoint end = Endpoint.read(name, node);
            put(column, name, end.id());
            if (end.skill()) {
                put(kind.indexOf(kind.columns().get(column).name().replace("_id", "_type")), name, "skill");
            }
        }

        private void put(int column, String name, @Nullable Object value) {
            if (values.containsKey(column) && !Objects.equals(values.get(column), value)) {
                throw new InvalidInput(name, "says otherwise than " + spelled.get(column)
                        + ", and both mean " + Shape.field(kind.columns().get(column)));
            }
            values.put(column, value);
            spelled.putIfAbsent(column, name);
        }

        ParsedFields draft() {
            unknown.forEach(name -> flaws.add(new InvalidInput.Flaw(SafeText.text(name, 60),
                    "is not a field of " + kind + "; known are " + FieldNames.known(kind))));
            if (!flaws.isEmpty()) {
                throw new InvalidInput(flaws);
            }
            return new ParsedFields(kind, id, values);
        }
    }
}
