/**
 * The database underneath, whichever it is: waiting for it, what is asked of it, migrating under traffic, health, and
 * binary {@code COPY}.
 *
 * <p>Promise: a start waits for its database, alive and not ready; one that the database goes on refusing, or that
 * could not keep the node's promises on it, ends with what to do about it; a migration keeps nobody waiting for longer
 * than its {@code lock_timeout}.
 */
@NullMarked
package io.agentdb.sync.postgres;

import org.jspecify.annotations.NullMarked;
