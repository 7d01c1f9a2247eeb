/**
 * This node and its peers on pages: how it stands with each, and what operators do about it.
 *
 * <p>Promise: what is said of a peer is what the node knows, with since when; a deed names whom it reaches.
 */
@NullMarked
package io.agentdb.sync.ui.mesh;

import org.jspecify.annotations.NullMarked;
