/**
 * What waits for a person, by REST: conflicts and their decisions, what was set aside, a record's versions.
 *
 * <p>Promise: nothing is written over what the caller has not seen, and what has changed meanwhile is left and named.
 */
@NullMarked
package io.agentdb.sync.web.review;

import org.jspecify.annotations.NullMarked;
