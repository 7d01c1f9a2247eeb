package io.agentdb.sync.mcp.tool;

/** What a tool does to this node, as clients are told: some let a tool run unasked that only reads. */
public enum Effect {
    /** Nothing. */
    READS,
    /** Makes records; what is there stays as it is. */
    ADDS,
    /** May overwrite or delete what is there. Doing it twice is the same as once. */
    OVERWRITES,
    /** The same, and other nodes have a part in it. */
    EXCHANGES;

    public boolean readOnly() {
        return this == READS;
    }

    public boolean destructive() {
        return this == OVERWRITES || this == EXCHANGES;
    }

    public boolean idempotent() {
        return this != ADDS;
    }

    public boolean openWorld() {
        return this == EXCHANGES;
    }
}
