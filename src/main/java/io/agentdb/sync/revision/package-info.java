/**
 * Versions of records and what becomes of two that were written without knowing of each other: the pure core, without
 * SQL and Spring.
 *
 * <p>Promise: a strategy is a function of the two versions; whatever mix of strategies the nodes of a mesh have, they
 * end with one version.
 */
@NullMarked
package io.agentdb.sync.revision;

import org.jspecify.annotations.NullMarked;
