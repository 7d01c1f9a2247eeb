/**
 * Two nodes become peers of each other by one text, which one makes and the other is given.
 *
 * <p>Promise: a text is good for one node, and gives nothing but that the two list each other with a token each, bound
 * to their nodes; of two that show it at once, one is let in, and a try whose answer was lost can be repeated.
 */
@NullMarked
package io.agentdb.sync.pairing;

import org.jspecify.annotations.NullMarked;
