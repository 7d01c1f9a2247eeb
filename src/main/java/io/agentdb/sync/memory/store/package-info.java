/**
 * Reading and writing single records in PostgreSQL, and listing them.
 *
 * <p>Promise: the database's refusals are said in our words; every write is versioned by the triggers, and a write that
 * a foreign trigger has dropped is no success.
 */
@NullMarked
package io.agentdb.sync.memory.store;

import org.jspecify.annotations.NullMarked;
