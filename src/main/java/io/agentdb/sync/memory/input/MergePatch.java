package io.agentdb.sync.memory.input;

import io.agentdb.sync.memory.JsonText;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** RFC 7396, section 2. */
public final class MergePatch {

    private MergePatch() {
    }

    /** @param target null if there is nothing yet */
    public static String apply(@Nullable String target, String patch) {
        return JsonText.written(apply(target == null ? null : JsonText.trusted(target), JsonText.trusted(patch)));
    }

    /**
     * What the patch makes of the target, which is changed: a copy would go down to its last level, however deep the
     * database let it be.
     *
     * @param target null if there is nothing yet
     */
    public static JsonNode apply(@Nullable JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode result = target instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        patch.properties().forEach(entry -> {
            if (entry.getValue().isNull()) {
                result.remove(entry.getKey());
            } else {
                result.set(entry.getKey(), apply(result.get(entry.getKey()), entry.getValue()));
            }
        });
        return result;
    }
}
