/**
 * What happens when two versions of a record were written without knowing of each other: strategies, merging, the log, and what a person
 * decides later.
 *
 * <p>Promise: a strategy is a pure function of the two versions; whatever mix of strategies the nodes of a mesh have, they end with one
 * version; and both versions are in the conflict log before one of them goes.
 */
package io.agentdb.sync.conflict;
