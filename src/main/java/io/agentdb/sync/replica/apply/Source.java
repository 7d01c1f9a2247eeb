package io.agentdb.sync.replica.apply;

import io.agentdb.sync.version.Actor;

/** Where a batch comes from. */
public record Source(String nodeId, Actor actor) {
}
