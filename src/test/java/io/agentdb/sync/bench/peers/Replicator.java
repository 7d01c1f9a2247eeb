package io.agentdb.sync.bench.peers;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/** Who carries the plain tables of the first cluster to the second one. All methods block; one thread. */
interface Replicator {

    /** As the names of its results have it. */
    String name();

    /** Why it cannot run here; empty if it can. */
    Optional<String> obstacle() throws SQLException;

    /** What an installation does once, before anything is copied. */
    void prepare() throws IOException, InterruptedException, SQLException;

    /** The first copy, until all of it is visible; from then on the second cluster follows the first one. */
    void copy() throws SQLException;

    /**
     * Has episodes follow that have been committed. Who reads PostgreSQL's log finds them by itself.
     *
     * @param condition in SQL, which they meet
     */
    default void carry(String condition) throws SQLException {
    }

    /** What is written from now on waits. */
    default void disconnect() throws SQLException {
    }

    /** What has waited follows. */
    default void reconnect() throws SQLException {
    }

    /** Takes away what it has made. After a failure nobody asks for it: the clusters are thrown away then. */
    void remove() throws SQLException;
}
