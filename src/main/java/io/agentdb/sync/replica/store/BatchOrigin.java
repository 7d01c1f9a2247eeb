package io.agentdb.sync.replica.store;

import io.agentdb.sync.version.Actor;

/** Where a batch comes from. */
public record BatchOrigin(String nodeId, Actor actor) {
}
