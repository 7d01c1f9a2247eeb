package io.agentdb.sync.web.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Nearest;
import io.agentdb.sync.memory.input.FieldNames;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/**
 * A body's members as the components of a record, in camelCase or snake_case. One that is not known is refused: a
 * misspelt filter that is ignored sends everything. Pure.
 */
public final class Members {

    /** {@code true} is not the text "true". */
    private static final JsonMapper TYPED = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .withCoercionConfig(LogicalType.Textual, texts ->
                    texts.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail)).build();

    private Members() {
    }

    /**
     * @throws InvalidInput naming each unknown member
     * @throws tools.jackson.core.JacksonException for a value of another type
     */
    public static <T> T read(Class<T> type, ObjectNode body) {
        return TYPED.treeToValue(named(type, body), type);
    }

    /**
     * The same members in their one spelling.
     *
     * @throws InvalidInput naming each unknown one, and each that is given in two spellings
     */
    public static ObjectNode named(Class<?> type, ObjectNode body) {
        List<String> known = Arrays.stream(type.getRecordComponents()).map(Members::name).toList();
        List<InvalidInput.Flaw> flaws = new ArrayList<>();
        ObjectNode named = JsonNodeFactory.instance.objectNode();
        body.properties().forEach(member -> {
            String name = FieldNames.camelCase(member.getKey());
            if (!known.contains(name)) {
                flaws.add(unknown(member.getKey(), known));
            } else if (named.has(name)) {
                flaws.add(new InvalidInput.Flaw(name, "is given in two spellings"));
            } else {
                named.set(name, member.getValue());
            }
        });
        if (!flaws.isEmpty()) {
            throw new InvalidInput(flaws);
        }
        return named;
    }

    /** As it is called in JSON: some of its names can be none in Java. */
    private static String name(RecordComponent component) {
        JsonProperty other = component.getAccessor().getAnnotation(JsonProperty.class);
        return other == null ? component.getName() : other.value();
    }

    /** What is said of a name that means nothing here. */
    static InvalidInput.Flaw unknown(String name, List<String> known) {
        // What a caller invents is shown only where it cannot be mistaken for words of ours.
        return new InvalidInput.Flaw(name.matches("[\\w.-]{1,60}") ? name : "a name", "is not known here"
                + Nearest.hint(name, known) + (known.isEmpty() ? "; there are none"
                        : "; known are " + String.join(", ", known)));
    }
}
