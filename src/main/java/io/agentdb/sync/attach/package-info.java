/**
 * AgentDB's own files, kept in step with this node's memory while their agents use them, or read where that is all that
 * can be done safely.
 *
 * <p>Promise: what an agent has stored in its file is in PostgreSQL before the file's map says so, and what PostgreSQL
 * has is in the file together with its place in the map: whoever is killed in between repeats, and nothing comes twice.
 */
@NullMarked
package io.agentdb.sync.attach;

import org.jspecify.annotations.NullMarked;
