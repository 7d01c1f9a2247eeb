/**
 * The two ends of each conversation, side by side: push, pull, claims.
 *
 * <p>Promise: a cursor moves only past what the other side has; what a peer answers is held to what it was asked.
 */
@NullMarked
package io.agentdb.sync.conversation;

import org.jspecify.annotations.NullMarked;
