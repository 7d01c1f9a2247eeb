/**
 * AgentDB's files that programs with sql.js have in memory: whole copies of them are taken in, and a whole file is put
 * in the place of one when a person says that no program uses it.
 *
 * <p>Promise: SQLite never opens the user's own file here, and one that is replaced stays beside the new one.
 */
@NullMarked
package io.agentdb.sync.attach.copy;

import org.jspecify.annotations.NullMarked;
