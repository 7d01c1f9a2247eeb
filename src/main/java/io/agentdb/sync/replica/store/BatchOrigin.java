package io.agentdb.sync.replica.store;

import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;

/** Where a batch comes from. */
public record BatchOrigin(NodeId nodeId, Actor actor) {
}
