package io.agentdb.sync.replica;

import io.agentdb.sync.version.Actor;

/** Who this node is. The actor changes when the database turns out to be another one than it was. */
public interface LocalNode {

    String nodeId();

    Actor actor();

    /** Looks whether another process on this database has taken a new incarnation. Blocks on the database. */
    void refresh();

    /** Takes a new incarnation, unless this node is {@code seen} no more: {@code evidence} shows that its database went back in time. */
    void renew(Actor seen, String evidence);
}
