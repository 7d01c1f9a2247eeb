/**
 * What a record belongs to: the records at the other ends of its edges, as a picture and as a list.
 *
 * <p>Promise: whatever the picture shows, the list has too; what others wrote comes out as text in which nothing is
 * hidden.
 */
@NullMarked
package io.agentdb.sync.ui.picture;

import org.jspecify.annotations.NullMarked;
