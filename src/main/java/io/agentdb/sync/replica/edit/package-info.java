/**
 * What a person writes over a record: a decision, an edit, a version of now for one from the future.
 *
 * <p>Promise: it is a new version of this node's that knows the one it replaces, made while nobody else writes the
 * record, and it spreads like any write.
 */
@NullMarked
package io.agentdb.sync.replica.edit;

import org.jspecify.annotations.NullMarked;
