/**
 * One run with one peer: what it is asked to do, its progress, its report, and how its requests get through.
 *
 * <p>Promise: at most one run per peer at a time, across every process on the same database; a request goes on where
 * the database stands.
 */
@NullMarked
package io.agentdb.sync.run;

import org.jspecify.annotations.NullMarked;
