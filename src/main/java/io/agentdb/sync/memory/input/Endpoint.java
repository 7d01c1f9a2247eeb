package io.agentdb.sync.memory.input;

import io.agentdb.sync.memory.Abbreviated;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.MemoryException;
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
            throw new MemoryException(field, "must be a UUID or a skill's name, but is " + Abbreviated.value(node)
                    + "; a row number of AgentDB's means something else in every file");
        }
        if (!node.isString()) {
            throw new MemoryException(field, "must be a UUID or a skill's name, but is " + Abbreviated.value(node));
        }
        return read(field, node.stringValue());
    }

    public static Endpoint read(String field, String value) {
        return Rules.isUuid(value)
                ? new Endpoint(UUID.fromString(value), Spellings.saysSkill(field))
                : new Endpoint(Identity.skill(Rules.name(field, value)), true);
    }
}
