package io.agentdb.sync.memory;

import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * One end of an edge, as given: a UUID, or the name of a skill.
 *
 * @param skill whether the spelling says that it is a skill
 */
record Endpoint(UUID id, boolean skill) {

    static Endpoint read(String field, JsonNode node) {
        if (node.isNumber()) {
            throw new MemoryException(field, "must be a UUID or a skill's name, but is " + Abbreviated.value(node)
                    + "; a row number of AgentDB's means something else in every file");
        }
        if (!node.isString()) {
            throw new MemoryException(field, "must be a UUID or a skill's name, but is " + Abbreviated.value(node));
        }
        return read(field, node.stringValue());
    }

    static Endpoint read(String field, String value) {
        return Rules.isUuid(value)
                ? new Endpoint(UUID.fromString(value), Spellings.saysSkill(field))
                : new Endpoint(Identity.skill(Rules.name(field, value)), true);
    }
}
