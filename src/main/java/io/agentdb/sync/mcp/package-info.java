/**
 * The Model Context Protocol: JSON-RPC over one endpoint of the REST API, behind its logins.
 *
 * <p>Promise: one message in, one answer out, and nothing kept in between, so that any process of the node serves the
 * next; whatever message is sent, the answer is one of the protocol that says what was wrong, and a request that is no
 * message is answered as REST answers it; a viewer is told of the tools that only read, and can use no other.
 */
@NullMarked
package io.agentdb.sync.mcp;

import org.jspecify.annotations.NullMarked;
