/**
 * Pages on which two people make their nodes peers of each other.
 *
 * <p>Promise: an invitation's text is on the page that was asked to make it and on no other; before anything is done, a
 * page says with whom; a refusal stays, and what was pasted too.
 */
@NullMarked
package io.agentdb.sync.ui.pairing;

import org.jspecify.annotations.NullMarked;
