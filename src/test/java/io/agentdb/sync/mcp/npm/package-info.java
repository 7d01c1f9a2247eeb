/** AgentDB itself, the published packages, against this node. */
package io.agentdb.sync.mcp.npm;
