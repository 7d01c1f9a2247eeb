/**
 * The PostgreSQL that a node brings along where none is configured.
 *
 * <p>Promise: it is durable and comes back after {@code kill -9}; a node with a configured database never unpacks it;
 * nobody gets in who cannot read the node's directory, and the node is no superuser there.
 */
@NullMarked
package io.agentdb.sync.postgres.embedded;

import org.jspecify.annotations.NullMarked;
