package io.agentdb.sync.home;

import java.nio.file.Path;

/**
 * Another node runs in this directory. Nothing was read or changed there; a retry helps only once that node has ended.
 */
public class DirectoryInUse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    static final String ACTION = "Stop the other node, or give this one its own name (agentdb.node.id) "
            + "or its own directory (agentdb.embedded.data-dir).";

    private final String description;

    public DirectoryInUse(Path directory) {
        this("Another node is running in " + directory + ".");
    }

    private DirectoryInUse(String description) {
        super(description + " " + ACTION);
        this.description = description;
    }

    /** The message without what to do about it. */
    String description() {
        return description;
    }
}
