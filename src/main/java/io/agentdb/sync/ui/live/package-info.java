/**
 * The node as it is this second, for all pages that are open.
 *
 * <p>Promise: however many look, the database is asked once a second, and not at all if nobody does.
 */
@NullMarked
package io.agentdb.sync.ui.live;

import org.jspecify.annotations.NullMarked;
