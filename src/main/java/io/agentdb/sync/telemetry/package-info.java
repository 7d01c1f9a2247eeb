/**
 * What this node's work is seen by from outside: timings, traces that lead to the other node of a run, what lines of
 * the log bear.
 *
 * <p>Promise: per run, phase and request, never per record or frame; nothing leaves the process, and no thread is
 * started for it, unless somebody says where to.
 */
@NullMarked
package io.agentdb.sync.telemetry;

import org.jspecify.annotations.NullMarked;
