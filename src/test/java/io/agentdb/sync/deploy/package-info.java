/**
 * What the node is deployed with: the Helm chart {@code helm/agentdb-sync}, rendered by Helm itself with each value set
 * of its directory {@code ci}.
 *
 * <p>Promise: what is rendered is valid for Kubernetes, is wired up within itself, and says nothing to the node that it
 * does not know. No cluster is needed, and none that the developer's machine is logged in to is ever asked.
 */
package io.agentdb.sync.deploy;
