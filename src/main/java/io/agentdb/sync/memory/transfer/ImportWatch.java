package io.agentdb.sync.memory.transfer;

import java.util.function.Supplier;

/**
 * Who looks at an import while it goes on. Called by the importing thread, between two statements and never within a
 * transaction; what it throws ends the import and comes out of it.
 */
public interface ImportWatch {

    /** Nobody. */
    ImportWatch NONE = (rows, soFar) -> { };

    /** @param rows how many there are, where that can be known before they are read */
    default void expect(long rows) {
    }

    /**
     * All rows up to this one are stored, or are among the errors. Called often.
     *
     * @param rows the line's or element's number, or how many rows of a file that is
     * @param soFar the report as it stands; to be asked before the call returns
     */
    void passed(long rows, Supplier<ImportReport> soFar);

    /** @param rows how many there were, all of them stored or among the errors */
    default void ended(long rows) {
    }
}
