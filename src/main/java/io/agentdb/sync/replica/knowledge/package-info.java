/**
 * What this node knows of the writes of others, and which deletions it has forgotten.
 *
 * <p>Promise: nothing is told as known that a reader could then never get; "known and not here" is believed to mean
 * deleted only where a tombstone was dropped.
 */
@NullMarked
package io.agentdb.sync.replica.knowledge;

import org.jspecify.annotations.NullMarked;
