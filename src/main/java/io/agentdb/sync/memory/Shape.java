package io.agentdb.sync.memory;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * How a kind's columns and the components of its Java record correspond: the id first, then the columns in their order,
 * in camelCase. Immutable.
 */
public final class Shape<T extends MemoryRecord> {

    public static final Shape<Episode> EPISODES = new Shape<>(Kind.EPISODES, Episode.class);
    public static final Shape<Skill> SKILLS = new Shape<>(Kind.SKILLS, Skill.class);
    public static final Shape<Edge> EDGES = new Shape<>(Kind.EDGES, Edge.class);
    private static final List<Shape<?>> ALL = List.of(EPISODES, SKILLS, EDGES);

    private final Kind kind;
    private final Class<T> type;
    private final RecordComponent[] components;
    private final Constructor<T> constructor;

    private Shape(Kind kind, Class<T> type) {
        this.kind = kind;
        this.type = type;
        this.components = type.getRecordComponents();
        for (int i = 0; i < kind.columns().size(); i++) {
            String field = field(kind.columns().get(i));
            if (!components[i + 1].getName().equals(field)) {
                // A component in another's place would swap two fields of every record.
                throw new IllegalStateException(type + " must have " + field + " at " + (i + 1));
            }
        }
        try {
            this.constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    public static List<Shape<?>> all() {
        return ALL;
    }

    public static Shape<?> of(Kind kind) {
        return ALL.stream().filter(shape -> shape.kind == kind).findFirst().orElseThrow();
    }

    /** A column's name in JSON and Java: {@code latencyMs} for {@code latency_ms}. */
    public static String field(Column column) {
        return field(column.name());
    }

    /** A name in camelCase that is given in snake_case. */
    public static String field(String snake) {
        StringBuilder name = new StringBuilder();
        for (String word : snake.split("_")) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }

    public Kind kind() {
        return kind;
    }

    public Class<T> type() {
        return type;
    }

    public T item(UUID id, Content content) {
        Object[] values = new Object[components.length];
        values[0] = id;
        for (int i = 1; i < values.length; i++) {
            Object value = content.get(i - 1);
            values[i] = components[i].getType() == Json.class && value != null ? new Json((String) value) : value;
        }
        try {
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    public Content content(T item) {
        Object[] values = new Object[components.length - 1];
        for (int i = 0; i < values.length; i++) {
            try {
                Object value = components[i + 1].getAccessor().invoke(item);
                values[i] = value instanceof Json json ? json.text() : value;
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return Content.of(values);
    }
}
