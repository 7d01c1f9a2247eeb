package io.agentdb.sync.cli.output;

import java.util.Locale;

/** How results are written. */
public enum Format {
    /** For people. */
    TEXT,
    /** One document, with {@code schemaVersion}. */
    JSON,
    /** One document a line: the items of a list, and how something goes on. */
    NDJSON,
    /** A line for the names of the columns, then one for each item. */
    TSV;

    /** As it is given on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
