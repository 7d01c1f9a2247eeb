/**
 * What an agent remembers: episodes, skills and edges, their identities, validation, storage, import and export.
 *
 * <p>Promise: a kind of record is registered in one place ({@link io.agentdb.sync.memory.Kind}); AgentDB's spellings are
 * accepted at the edge and there is one spelling inside; what is bad is refused before it reaches the database.
 */
package io.agentdb.sync.memory;
