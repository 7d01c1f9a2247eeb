package io.agentdb.sync.memory;

/** A rule of somebody's own is against the record: an index, or a trigger that the database's owner has made. Nothing was changed. */
public final class RuleBroken extends MemoryException {

    private static final long serialVersionUID = 1;

    RuleBroken(String message) {
        super("", message);
    }
}
