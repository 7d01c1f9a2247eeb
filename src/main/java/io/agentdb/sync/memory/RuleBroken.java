package io.agentdb.sync.memory;

/**
 * A rule of somebody's own is against the record: an index, or a trigger that the database's owner has made. Nothing
 * was changed.
 */
public final class RuleBroken extends InvalidInput {

    private static final long serialVersionUID = 1;

    public RuleBroken(String message) {
        super("", message);
    }

    public static RuleBroken dropped(Kind kind) {
        return new RuleBroken("the database has dropped the record without an error: a trigger or rule on the table "
                + kind + " does that");
    }

    public static RuleBroken kept(Kind kind) {
        return new RuleBroken("the database has kept the record without an error: a trigger or rule on the table "
                + kind + " does that");
    }
}
