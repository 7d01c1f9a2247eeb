/**
 * What every list of the API has: strict filters, a limit, and a cursor that nobody needs to understand.
 *
 * <p>Promise: an unknown or wrong parameter is refused with all the others that are; a cursor is taken back only by the
 * list that gave it.
 */
@NullMarked
package io.agentdb.sync.memory.listing;

import org.jspecify.annotations.NullMarked;
