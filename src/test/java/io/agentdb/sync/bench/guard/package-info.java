/**
 * What a run costs in figures that no load of the machine changes: bytes allocated per record, statements and round
 * trips to PostgreSQL, frames. A test holds them to bounds.
 */
package io.agentdb.sync.bench.guard;
