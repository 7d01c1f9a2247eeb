/**
 * The database underneath: the embedded default server with its recovery, migrating under traffic, and binary {@code COPY}.
 *
 * <p>Promise: a node without a configured database has a durable one of its own that comes back after {@code kill -9}; a
 * node with a configured database never unpacks the embedded one. A migration keeps nobody waiting for longer than its {@code lock_timeout}.
 * A start that the database refuses, or that could not keep the node's promises on it, ends with what to do about it. Nobody gets into the
 * embedded server who cannot read the node's directory, and the node is no superuser there.
 */
package io.agentdb.sync.postgres;
