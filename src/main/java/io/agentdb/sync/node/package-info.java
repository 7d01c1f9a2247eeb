/**
 * Who this node is, whom it has met, and how it notices that its database went back in time.
 *
 * <p>Promise: a counter of one actor is never given twice, also after a restore; an incarnation is given up once, and
 * told.
 */
@NullMarked
package io.agentdb.sync.node;

import org.jspecify.annotations.NullMarked;
