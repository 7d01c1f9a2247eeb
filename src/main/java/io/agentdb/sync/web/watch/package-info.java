/**
 * The node as it is this second, and what goes on, for who watches: a stream of what changes, and the last lines of the
 * log.
 *
 * <p>Promise: it costs nothing while nobody watches, and no more for a hundred who do than for one; no secret and no
 * stack trace is in it.
 */
@NullMarked
package io.agentdb.sync.web.watch;

import org.jspecify.annotations.NullMarked;
