/** Holds the page, the dashboard and the alerts of the metrics against what real nodes expose. */
package io.agentdb.sync.deploy.metrics;
