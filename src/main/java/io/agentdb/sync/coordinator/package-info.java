/**
 * When and with whom to synchronize: runs by request and by schedule, across the processes of one node, and what is
 * told of them.
 *
 * <p>Promise: a run whose process ended goes on in another, or in the next, under its id and where the database stands,
 * three times at most; what is scheduled for the node is done by one of its processes; after a run on quiet nodes both
 * sides hold the same records.
 */
@NullMarked
package io.agentdb.sync.coordinator;

import org.jspecify.annotations.NullMarked;
