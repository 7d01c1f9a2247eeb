/**
 * What happens when two versions of a record were written without knowing of each other.
 *
 * <p>Promise: resolving is a pure function that gives the same winner on every node, and both versions are in the conflict
 * log before one of them goes.
 */
package io.agentdb.sync.conflict;
