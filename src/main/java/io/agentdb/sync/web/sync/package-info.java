/**
 * The REST of synchronizing: runs, peers, comparisons, and the nodes that were met.
 *
 * <p>Promise: what {@code GET} shows of a peer, put back, changes nothing; a peer's token is shown to nobody.
 */
@NullMarked
package io.agentdb.sync.web.sync;

import org.jspecify.annotations.NullMarked;
