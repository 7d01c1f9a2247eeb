/**
 * JSON from outside becomes fields of a record, for REST and for imports alike.
 *
 * <p>Promise: AgentDB's spellings are accepted here and there is one spelling inside; what is bad is refused before it
 * reaches the database, in words that name the field.
 */
@NullMarked
package io.agentdb.sync.memory.input;

import org.jspecify.annotations.NullMarked;
