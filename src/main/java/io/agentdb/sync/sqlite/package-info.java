/**
 * AgentDB's own files, beyond the rows that an import reads: their embeddings come in with the rows, and a file goes
 * out that AgentDB opens and searches.
 *
 * <p>Promise: what a file says of its vectors' model is not believed; a file that goes out breaks no search of
 * AgentDB's, and taking it in again makes no second record of any.
 */
@NullMarked
package io.agentdb.sync.sqlite;

import org.jspecify.annotations.NullMarked;
