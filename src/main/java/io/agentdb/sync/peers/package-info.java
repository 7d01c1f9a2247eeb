/**
 * The other nodes: configured, added, discovered; and whether the one that answers is the one that was meant.
 *
 * <p>Promise: an id is kept by the credential that first showed it, until somebody releases it.
 */
@NullMarked
package io.agentdb.sync.peers;

import org.jspecify.annotations.NullMarked;
