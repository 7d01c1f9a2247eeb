package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;

/** Rows of a file on their way into the database, counted for who looks. One thread. */
final class WatchedSink implements RowSink {

    private final BulkWriter writer;
    private final ImportCounts tally;
    private final ImportWatch watch;
    private long seen;

    WatchedSink(BulkWriter writer, ImportCounts tally, ImportWatch watch) {
        this.writer = writer;
        this.tally = tally;
        this.watch = watch;
    }

    @Override
    public void add(Kind kind, Row row) {
        writer.add(kind, row);
        passed();
    }

    @Override
    public void failed(RowOrigin source, Kind kind, InvalidInput error) {
        writer.failed(source, kind, error);
        passed();
    }

    @Override
    public void merged(Kind kind) {
        writer.merged(kind);
        passed();
    }

    /** All rows were added, and the writer has none left. */
    void ended() {
        watch.ended(seen);
    }

    private void passed() {
        seen++;
        watch.passed(seen - writer.waiting(), tally::soFar);
    }
}
