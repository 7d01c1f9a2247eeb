package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Nearest;
import io.agentdb.sync.memory.SafeText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The arguments of one call, all of which have been found right. Asking for one that the tool does not have is an error
 * of ours. Immutable.
 */
final class Given {

    private final Map<String, @Nullable Object> values;
    private final ObjectNode spelled;

    private Given(Map<String, @Nullable Object> values, ObjectNode spelled) {
        this.values = values;
        this.spelled = spelled;
    }

    /** @throws InvalidInput with every argument that is unknown, missing or wrong */
    static Given read(Tool tool, ObjectNode arguments) {
        return read(tool.arguments(), "", arguments);
    }

    /** @param place what stands before each name in messages */
    static Given read(List<Argument> known, String place, ObjectNode arguments) {
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        List<String> names = known.stream().map(Argument::name).toList();
        arguments.propertyNames().stream().filter(name -> !names.contains(name)).forEach(name ->
                flaws.add(new InvalidInput.Flaw(place + SafeText.text(name, 60), "is not known here"
                        + Nearest.hint(name, names) + "; known are " + String.join(", ", names))));
        Map<String, @Nullable Object> values = new HashMap<>();
        for (Argument argument : known) {
            JsonNode node = arguments.get(argument.name());
            try {
                values.put(argument.name(), value(argument, place + argument.name(), node));
            } catch (InvalidInput e) {
                flaws.addAll(e.flaws());
            }
        }
        if (!flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
        return new Given(values, arguments);
    }

    private static @Nullable Object value(Argument argument, String spelled, @Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            if (argument.required()) {
                throw new InvalidInput(spelled, "is required");
            }
            return argument.otherwise();
        }
        return ArgumentReader.read(argument, spelled, node);
    }

    String text(String name) {
        return (String) present(name);
    }

    Optional<String> optionalText(String name) {
        return Optional.ofNullable((String) values.get(known(name)));
    }

    double number(String name) {
        return ((Number) present(name)).doubleValue();
    }

    Optional<Double> optionalNumber(String name) {
        return Optional.ofNullable((Number) values.get(known(name))).map(Number::doubleValue);
    }

    /** Of an argument whose bounds an int can hold. */
    int whole(String name) {
        return Math.toIntExact(((Number) present(name)).longValue());
    }

    Optional<Long> optionalWhole(String name) {
        return Optional.ofNullable((Number) values.get(known(name))).map(Number::longValue);
    }

    /** False if it was not given. */
    boolean flag(String name) {
        return Boolean.TRUE.equals(values.get(known(name)));
    }

    /** Empty if none were given. */
    @SuppressWarnings("unchecked")
    List<String> texts(String name) {
        Object texts = values.get(known(name));
        return texts == null ? List.of() : (List<String>) texts;
    }

    Optional<Given> object(String name) {
        return Optional.ofNullable((Given) values.get(known(name)));
    }

    @SuppressWarnings("unchecked")
    List<Given> objects(String name) {
        return (List<Given>) present(name);
    }

    /** As it was written: {@code 1} is not made {@code 1.0}. */
    String written(String name) {
        JsonNode node = spelled.path(known(name));
        return node.isString() ? node.stringValue() : node.isMissingNode() || node.isNull() ? "–" : node.toString();
    }

    boolean has(String name) {
        return spelled.hasNonNull(known(name));
    }

    /** Those of these arguments that were given, as fields of a record. */
    ObjectNode fields(List<String> names) {
        ObjectNode fields = JsonText.MAPPER.createObjectNode();
        names.stream().filter(this::has).forEach(name -> fields.set(name, spelled.get(name)));
        return fields;
    }

    private Object present(String name) {
        return Objects.requireNonNull(values.get(known(name)), name);
    }

    private String known(String name) {
        if (!values.containsKey(name)) {
            throw new IllegalArgumentException("no argument of this tool is called " + name);
        }
        return name;
    }
}
