/**
 * The database underneath: the embedded default server with its recovery, and binary {@code COPY}.
 *
 * <p>Promise: a node without a configured database has a durable one of its own that comes back after {@code kill -9}; a
 * node with a configured database never unpacks the embedded one.
 */
package io.agentdb.sync.postgres;
