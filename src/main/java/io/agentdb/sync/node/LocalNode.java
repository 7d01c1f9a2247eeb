package io.agentdb.sync.node;

import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import org.jspecify.annotations.Nullable;

/** Who this node is. The actor changes when the database turns out to be another one than it was. */
public interface LocalNode {

    default NodeId nodeId() {
        return actor().nodeId();
    }

    Actor actor();

    /**
     * Looks whether the database is still the one that it was, and whether another process on it has taken a new
     * incarnation. Blocks on the database.
     */
    void refresh();

    /**
     * Has {@code then} run whenever this node has become another incarnation, on the thread that noticed; it must not
     * block.
     */
    void whenRenewed(Runnable then);

    /**
     * Takes a new incarnation, unless this node is {@code seen} no more: {@code evidence} shows that its database went
     * back in time. What it has written since it last met the witness is in doubt, and gets new dots.
     *
     * @param witness who has met this node in the future that is lost; null if it has heard of that from others
     */
    void renew(Actor seen, @Nullable Actor witness, String evidence);
}
