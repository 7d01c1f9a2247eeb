/**
 * What PostgreSQL's own programs take for what {@code warm} has two nodes do: the same rows, on the clusters of two
 * nodes, each with the floor of the same clusters beside it.
 *
 * <p>Promise: who is measured carries plain tables from the first cluster to the second, one way, and leaves nothing
 * behind. One who cannot run here is named with the reason, and left out.
 */
package io.agentdb.sync.bench.peers;
