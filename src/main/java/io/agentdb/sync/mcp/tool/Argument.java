package io.agentdb.sync.mcp.tool;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a tool can be told. Immutable; each method returns another one.
 *
 * @param otherwise what holds if it is not given; null for nothing
 * @param least of a number, or of entries; null for no bound, and likewise the most
 * @param choices the words that it may be; empty for any
 * @param members of an object, or of each entry of a list; empty for an object with any
 */
record Argument(String name, Sort sort, String description, boolean required, @Nullable Object otherwise,
        @Nullable Double least, @Nullable Double most, List<String> choices, List<Argument> members) {

    enum Sort { TEXT, NUMBER, WHOLE, FLAG, TIME, TEXTS, OBJECT, OBJECTS }

    static Argument of(String name, Sort sort, String description) {
        return new Argument(name, sort, description, false, null, null, null, List.of(), List.of());
    }

    static Argument text(String name, String description) {
        return of(name, Sort.TEXT, description);
    }

    static Argument number(String name, String description) {
        return of(name, Sort.NUMBER, description);
    }

    static Argument whole(String name, String description) {
        return of(name, Sort.WHOLE, description);
    }

    static Argument flag(String name, String description) {
        return of(name, Sort.FLAG, description);
    }

    /** A number since 1970, or a text. */
    static Argument time(String name, String description) {
        return of(name, Sort.TIME, description);
    }

    static Argument texts(String name, String description) {
        return of(name, Sort.TEXTS, description);
    }

    /** Any object. */
    static Argument object(String name, String description) {
        return of(name, Sort.OBJECT, description);
    }

    static Argument object(String name, String description, Argument... members) {
        return new Argument(name, Sort.OBJECT, description, false, null, null, null, List.of(), List.of(members));
    }

    static Argument objects(String name, String description, List<Argument> members) {
        return new Argument(name, Sort.OBJECTS, description, false, null, null, null, List.of(), members);
    }

    Argument needed() {
        return new Argument(name, sort, description, true, otherwise, least, most, choices, members);
    }

    Argument or(Object value) {
        return new Argument(name, sort, description, required, value, least, most, choices, members);
    }

    Argument from(double lowest, double highest) {
        return new Argument(name, sort, description, required, otherwise, lowest, highest, choices, members);
    }

    Argument among(List<String> words) {
        return new Argument(name, sort, description, required, otherwise, least, most, words, members);
    }

    static Map<String, Object> schema(List<Argument> arguments) {
        Map<String, Object> properties = new LinkedHashMap<>();
        arguments.forEach(argument -> properties.put(argument.name, argument.schema()));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        List<String> required = arguments.stream().filter(Argument::required).map(Argument::name).toList();
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    private Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        switch (sort) {
            case TEXT -> schema.put("type", "string");
            case NUMBER -> schema.put("type", "number");
            case WHOLE -> schema.put("type", "integer");
            case FLAG -> schema.put("type", "boolean");
            case TIME -> schema.put("type", List.of("number", "string"));
            case TEXTS -> list(schema, Map.of("type", "string"));
            case OBJECT -> schema.putAll(members.isEmpty() ? Map.of("type", "object") : schema(members));
            case OBJECTS -> list(schema, schema(members));
        }
        schema.put("description", description);
        if (!choices.isEmpty()) {
            schema.put("enum", choices);
        }
        if (otherwise != null) {
            schema.put("default", otherwise);
        }
        if (sort == Sort.NUMBER || sort == Sort.WHOLE) {
            bound(schema, "minimum", least);
            bound(schema, "maximum", most);
        }
        return schema;
    }

    private void list(Map<String, Object> schema, Map<String, Object> entries) {
        schema.put("type", "array");
        schema.put("items", entries);
        bound(schema, "minItems", least);
        bound(schema, "maxItems", most);
    }

    private void bound(Map<String, Object> schema, String name, @Nullable Double value) {
        if (value != null) {
            schema.put(name, sort == Sort.NUMBER ? (Number) value : (Number) value.longValue());
        }
    }
}
