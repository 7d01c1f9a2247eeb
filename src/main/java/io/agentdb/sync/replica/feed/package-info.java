/**
 * What was written here, in an order that readers can follow, and how far each has come.
 *
 * <p>Promise: the feed skips nothing that commits late; a cursor stands where its reader's own database says that it
 * stands.
 */
@NullMarked
package io.agentdb.sync.replica.feed;

import org.jspecify.annotations.NullMarked;
