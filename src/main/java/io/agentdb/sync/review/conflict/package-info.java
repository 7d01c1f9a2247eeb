/**
 * Conflicts as people see them: the log, its retention, and what a person decides.
 *
 * <p>Promise: both versions are in the log before one of them goes; an open conflict waits until a person, or the other
 * node, has decided.
 */
@NullMarked
package io.agentdb.sync.review.conflict;

import org.jspecify.annotations.NullMarked;
