package io.agentdb.sync.mcp;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code agentdb.mcp}: what agents may do over MCP.
 *
 * @param tools the names of the tools that there are; none means all of them
 */
@ConfigurationProperties("agentdb.mcp")
record McpSettings(@DefaultValue List<String> tools) {
}
