/**
 * The Model Context Protocol: JSON-RPC over one endpoint of the REST API, behind its logins.
 *
 * <p>Promise: one message in, one answer out, and nothing kept in between, so that any process of the node serves the
 * next; whatever is sent, the answer is a message of the protocol that says what was wrong; a viewer is told of the
 * tools that only read, and can use no other.
 */
@NullMarked
package io.agentdb.sync.mcp;

import org.jspecify.annotations.NullMarked;
