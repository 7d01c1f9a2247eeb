/**
 * Micro-benchmarks by JMH of what is done for each record without a database: encoding, comparing versions, merging.
 * {@code docs/benchmark.md} has the command.
 */
package io.agentdb.sync.bench.micro;
