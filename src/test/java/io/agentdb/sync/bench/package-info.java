/**
 * The benchmark: two nodes in processes of their own, each on its own PostgreSQL, and what it takes to make them equal.
 *
 * <p>Promise: nothing here is a test with a time limit, and nothing of it is in the node's jar.
 * {@code docs/benchmark.md} says how to run it and what its lines mean.
 */
package io.agentdb.sync.bench;
