/**
 * What searches look things up in: made behind the writers, and what of it is held in memory.
 *
 * <p>Promise: no statement of a writer waits for it; what is lost of it is made again from the records.
 */
@NullMarked
package io.agentdb.sync.search.index;

import org.jspecify.annotations.NullMarked;
