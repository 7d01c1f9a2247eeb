/**
 * What replication's stores promise: one suite, held by the simulator's stores in memory and by PostgreSQL.
 *
 * <p>Promise: what the simulator proves about its own stores, it proves about those that a node has.
 */
package io.agentdb.sync.contract;
