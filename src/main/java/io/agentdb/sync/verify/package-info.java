/**
 * Comparing this node's memory with a peer's, and repairing what differs.
 *
 * <p>Promise: a record that differs is named; repairing exchanges just those, both ways.
 */
@NullMarked
package io.agentdb.sync.verify;

import org.jspecify.annotations.NullMarked;
