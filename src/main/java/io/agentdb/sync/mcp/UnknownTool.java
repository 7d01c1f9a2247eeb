package io.agentdb.sync.mcp;

import io.agentdb.sync.memory.Nearest;
import java.util.List;

/** {@code agentdb.mcp.tools} names a tool that there is not. */
final class UnknownTool extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownTool(String name, List<String> known) {
        super("agentdb.mcp.tools names the tool '" + name + "', which there is not" + Nearest.hint(name, known)
                + "; there are " + String.join(", ", known));
    }
}
