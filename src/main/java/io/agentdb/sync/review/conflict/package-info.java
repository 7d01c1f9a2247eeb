/**
 * Conflicts as people see them: the log, its retention, and what a person decides.
 *
 * <p>Promise: one transaction takes a version's place and keeps both in the log; an open conflict waits until a person,
 * or the other node, has decided.
 */
@NullMarked
package io.agentdb.sync.review.conflict;

import org.jspecify.annotations.NullMarked;
