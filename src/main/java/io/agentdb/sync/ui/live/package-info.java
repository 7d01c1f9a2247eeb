/**
 * What keeps open pages up to date: word of what has changed, and the last hour in figures.
 *
 * <p>Promise: however many are open, the database is asked once a second, and not at all if none is.
 */
@NullMarked
package io.agentdb.sync.ui.live;

import org.jspecify.annotations.NullMarked;
