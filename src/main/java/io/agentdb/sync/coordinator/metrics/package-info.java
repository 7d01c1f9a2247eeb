/**
 * What Prometheus is told of the node, its peers and its database, looked at now and then and not at each scrape.
 *
 * <p>Promise: a scrape waits for no database.
 */
@NullMarked
package io.agentdb.sync.coordinator.metrics;

import org.jspecify.annotations.NullMarked;
