/**
 * What agents can do over MCP: AgentDB's tools by its names and arguments, and some of this node's own.
 *
 * <p>Promise: every argument is checked before anything is done, and a wrong one is named; an answer has at most
 * {@value io.agentdb.sync.mcp.tool.Answer#MOST} characters and says how to get what it leaves out; a tool that only
 * reads says so, and one that can overwrite or delete says that. Knows neither HTTP nor JSON-RPC.
 */
@NullMarked
package io.agentdb.sync.mcp.tool;

import org.jspecify.annotations.NullMarked;
