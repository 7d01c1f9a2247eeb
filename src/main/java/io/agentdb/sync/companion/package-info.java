/**
 * What goes along with records from node to node without being a part of them: embeddings.
 *
 * <p>Promise: a companion that is missing, late or wrong neither keeps back a record nor changes anything of it.
 */
@NullMarked
package io.agentdb.sync.companion;

import org.jspecify.annotations.NullMarked;
