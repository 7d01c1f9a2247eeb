package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.InvalidInput;

/**
 * A SQLite file is in WAL mode and came alone, so that its latest rows may be in the file that did not come with it.
 */
public final class WalMissing extends InvalidInput {

    private static final long serialVersionUID = 1;

    WalMissing() {
        super("", "the SQLite file is in WAL mode and came without its -wal file, in which the latest rows may be:"
                + " send a whole copy,"
                + " made with sqlite3 FILE \"vacuum into 'COPY'\"; or say ?wal=absent where it is certain that"
                + " nothing is missing: no"
                        + " program has the file open and no FILE-wal is beside it, or it was made with .backup");
    }
}
