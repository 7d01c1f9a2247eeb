package io.agentdb.sync.postgres;

import java.sql.SQLException;

/**
 * What a node does with its database once that answers, before it serves anybody; in the order of the beans
 * ({@code @Order}). One that failed because the database went away is taken again, with all before it.
 */
@FunctionalInterface
public interface DatabaseStep {

    /** Blocks until it is done. */
    void take() throws SQLException;
}
