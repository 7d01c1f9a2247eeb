/**
 * The database underneath, whichever it is: what is asked of it, migrating under traffic, health, and binary
 * {@code COPY}.
 *
 * <p>Promise: a migration keeps nobody waiting for longer than its {@code lock_timeout}; a start that the database
 * refuses, or that could not keep the node's promises on it, ends with what to do about it.
 */
@NullMarked
package io.agentdb.sync.postgres;

import org.jspecify.annotations.NullMarked;
