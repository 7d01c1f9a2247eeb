package io.agentdb.sync.replica;

import io.agentdb.sync.version.Actor;

/** Who this node is. The actor changes when the database turns out to be another one than it was. */
public interface LocalNode {

    String nodeId();

    Actor actor();
}
