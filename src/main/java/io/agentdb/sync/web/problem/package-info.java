/**
 * Failures as RFC 9457 problems.
 *
 * <p>Promise: each says what happened and what to do; no stack trace, no secret and no SQL leaves the process.
 */
@NullMarked
package io.agentdb.sync.web.problem;

import org.jspecify.annotations.NullMarked;
