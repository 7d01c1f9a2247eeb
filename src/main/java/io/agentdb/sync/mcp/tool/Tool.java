package io.agentdb.sync.mcp.tool;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * One tool.
 *
 * @param description for the agent that chooses among tools
 * @param work what it does
 */
public record Tool(String name, String description, Effect effect, List<Argument> arguments, Work work) {

    @FunctionalInterface
    interface Work {
        Answer use(Given given, Agent agent);
    }

    /**
     * Any thread; may block for the database.
     *
     * @throws io.agentdb.sync.memory.InvalidInput with every argument that is unknown, missing or wrong, and like other
     *     failures for what could not be done
     */
    public Answer use(ObjectNode arguments, Agent agent) {
        return work.use(Given.read(this, arguments), agent);
    }

    /** The arguments as a JSON schema. */
    public Map<String, Object> schema() {
        return Argument.schema(arguments);
    }
}
