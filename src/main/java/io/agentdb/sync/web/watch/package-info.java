/**
 * What goes on, for who watches: the last lines of the log, and a stream of what changes.
 *
 * <p>Promise: it costs nothing while nobody watches, and no more for a hundred who do than for one; no secret and no
 * stack trace is in it.
 */
@NullMarked
package io.agentdb.sync.web.watch;

import org.jspecify.annotations.NullMarked;
