/**
 * The verb {@code mcp}: MCP over stdin and stdout, for clients that know no HTTP, passed on to a node that runs.
 *
 * <p>Promise: starts no node and no Spring; on stdout is nothing but messages of the protocol, one a line; every
 * request is answered, by the node or by an error that says what to do; no secret is taken from the command line, and
 * the node's own goes to this machine alone.
 */
@NullMarked
package io.agentdb.sync.mcp.stdio;

import org.jspecify.annotations.NullMarked;
