package io.agentdb.sync.mcp.tool;

import java.util.List;

/** Tools that work on the same things. */
public interface ToolSet {

    /** Always the same ones, in the order in which they are listed. */
    List<Tool> tools();
}
