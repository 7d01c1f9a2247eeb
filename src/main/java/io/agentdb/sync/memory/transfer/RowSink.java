package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;

/** Takes what a file's rows are as records. One thread. */
interface RowSink {

    void add(Kind kind, Row row);

    /** A row that is no record, for the reason that the error says. */
    void failed(RowOrigin source, Kind kind, InvalidInput error);

    /** A row that is the same record as another one, which is taken. */
    void merged(Kind kind);
}
