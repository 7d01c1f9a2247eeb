package io.agentdb.sync.sqlite;

/** The disk of the node's directory has not enough room for an export's file. */
public final class NoRoomForExport extends RuntimeException {

    private static final long serialVersionUID = 1;

    NoRoomForExport() {
        super("an export as SQLite needs room for the whole file on the disk of the node's own directory"
                + " (agentdb.embedded.data-dir), and must leave " + (ExportFile.RESERVE >> 20)
                + " MiB free there: make room, or take the export as ndjson, which needs none");
    }
}
