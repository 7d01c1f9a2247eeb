package io.agentdb.sync.postgres;

/**
 * Has a statement without parameters planned once for a connection. Given a statement alone, Spring has the driver send
 * it as one that comes only once, which PostgreSQL parses and plans each time: for a statement of a view, five times
 * what its answer costs.
 *
 * <p>Only for statements whose plan does not depend on how large a table is: a plan that was made when it was empty
 * stays until the table is analyzed.
 */
public final class Planned {

    /** In the place of a statement's arguments, of which it has none. */
    public static final Object[] ONCE = {};

    private Planned() {
    }
}
