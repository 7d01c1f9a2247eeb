/**
 * What Prometheus is told of peers and of the database, looked at now and then and not at each scrape.
 *
 * <p>Promise: a scrape waits for no database.
 */
@NullMarked
package io.agentdb.sync.coordinator.metrics;

import org.jspecify.annotations.NullMarked;
