package io.agentdb.sync.replica;

import io.agentdb.sync.version.Actor;

/** Where a batch comes from. */
public record Source(String nodeId, Actor actor) {
}
