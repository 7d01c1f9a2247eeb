/**
 * What two nodes do that have worked before: copies again and again, catching up, new rows while they are written,
 * small deltas, nothing at all. Each with the floor of the same clusters beside it.
 *
 * <p>Promise: each part is run by its name or with all others, and leaves the two nodes equal.
 */
package io.agentdb.sync.bench.warm;
