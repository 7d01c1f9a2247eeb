package io.agentdb.sync.memory.input;

import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.SafeText;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * One end of an edge, as given: a UUID, or the name of a skill.
 *
 * @param skill whether the spelling says that it is a skill
 */
public record Endpoint(UUID id, boolean skill) {

    public static Endpoint read(String field, JsonNode node) {
        if (node.isNumber()) {
            throw new InvalidInput(field, "must be a UUID or a skill's name, but is " + SafeText.value(node)
                    + "; a row number of AgentDB's means something else in every file");
        }
        if (!node.isString()) {
            throw new InvalidInput(field, "must be a UUID or a skill's name, but is " + SafeText.value(node));
        }
        return read(field, node.stringValue());
    }

    public static Endpoint read(String field, String value) {
        return FieldLimits.isUuid(value)
                ? new Endpoint(UUID.fromString(value), FieldNames.saysSkill(field))
                : new Endpoint(Identity.skill(FieldLimits.name(field, value)), true);
    }
}
