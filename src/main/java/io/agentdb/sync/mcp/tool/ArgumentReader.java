package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Merging;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.input.FieldReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One argument's JSON as a value, or a refusal that names it. Pure. */
final class ArgumentReader {

    private ArgumentReader() {
    }

    /**
     * A String, Double, Long, Boolean, List of Strings, ObjectNode or {@link Given}, or a List of those.
     *
     * @param spelled its name, with where it stands
     * @param node not JSON null
     */
    static Object read(Argument argument, String spelled, JsonNode node) {
        return switch (argument.sort()) {
            case TEXT -> chosen(argument, spelled, (String) field(Column.Type.TEXT, spelled, node));
            case NUMBER -> within(argument, spelled, node, (Double) field(Column.Type.DOUBLE, spelled, node));
            case WHOLE -> within(argument, spelled, node, (Long) field(Column.Type.LONG, spelled, node));
            case FLAG -> field(Column.Type.BOOLEAN, spelled, node);
            case TIME -> field(Column.Type.TIMESTAMP, spelled, node).toString();
            case TEXTS -> counted(argument, spelled, (List<?>) field(Column.Type.TEXT_ARRAY, spelled, node));
            case OBJECT -> object(argument, spelled, node);
            case OBJECTS -> objects(argument, spelled, node);
        };
    }

    private static Object field(Column.Type type, String spelled, JsonNode node) {
        Merging any = type == Column.Type.TEXT_ARRAY ? Merging.UNITED : Merging.LATER;
        return FieldReader.read(new Column(spelled, type, false, any), spelled, node);
    }

    private static String chosen(Argument argument, String spelled, String text) {
        if (!argument.choices().isEmpty() && !argument.choices().contains(text)) {
            throw new InvalidInput(spelled, "must be one of " + String.join(", ", argument.choices()) + ", but is "
                    + SafeText.quoted(text));
        }
        if (argument.required() && text.isBlank()) {
            throw new InvalidInput(spelled, "must not be empty");
        }
        return text;
    }

    private static Object within(Argument argument, String spelled, JsonNode node, Number number) {
        if (outside(argument, number.doubleValue())) {
            throw new InvalidInput(spelled, "must be " + range(argument) + ", but is " + SafeText.value(node));
        }
        return number;
    }

    private static <T> List<T> counted(Argument argument, String spelled, List<T> entries) {
        if (outside(argument, entries.size())) {
            throw new InvalidInput(spelled, "must have " + range(argument) + " entries, but has " + entries.size());
        }
        return entries;
    }

    private static boolean outside(Argument argument, double value) {
        return argument.least() != null && value < argument.least()
                || argument.most() != null && value > argument.most();
    }

    private static String range(Argument argument) {
        return "from " + plain(argument.least()) + " to " + plain(argument.most());
    }

    private static String plain(@Nullable Double bound) {
        return bound == null ? "any" : bound == Math.rint(bound) ? Long.toString(bound.longValue()) : bound.toString();
    }

    private static Object object(Argument argument, String spelled, JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            throw new InvalidInput(spelled, "must be an object, but is " + SafeText.value(node));
        }
        return argument.members().isEmpty() ? object : Given.read(argument.members(), spelled + ".", object);
    }

    private static List<Given> objects(Argument argument, String spelled, JsonNode node) {
        if (!node.isArray()) {
            throw new InvalidInput(spelled, "must be an array of objects, but is " + SafeText.value(node));
        }
        List<JsonNode> entries = counted(argument, spelled, List.copyOf(node.values()));
        List<Given> all = new ArrayList<>();
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            String place = spelled + "[" + i + "]";
            try {
                if (!(entries.get(i) instanceof ObjectNode object)) {
                    throw new InvalidInput(place, "must be an object, but is " + SafeText.value(entries.get(i)));
                }
                all.add(Given.read(argument.members(), place + ".", object));
            } catch (InvalidInput e) {
                flaws.addAll(e.flaws());
            }
        }
        if (!flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
        return all;
    }
}
