package io.agentdb.sync.mcp.tool;

/**
 * Who uses a tool.
 *
 * @param name of the user of {@code agentdb.admin.users} whose login the agent has
 * @param operator whether it may change anything
 */
public record Agent(String name, boolean operator) {
}
