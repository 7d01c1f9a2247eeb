package io.agentdb.sync.bench.peers;

import io.agentdb.sync.OwnThread;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** New rows in transactions of a thousand, followed while they are written, until the last one is visible. */
final class NewRows {

    private static final int COMMIT = 1_000;

    private final Replicator replicator;
    private final Writer writer;
    private final Arrival arrival;
    private final int rows;
    private final AtomicInteger written = new AtomicInteger();

    /** @param rows that the writer has made ready */
    NewRows(Replicator replicator, Writer writer, Arrival arrival, int rows) {
        this.replicator = replicator;
        this.writer = writer;
        this.arrival = arrival;
        this.rows = rows;
    }

    void run() throws SQLException {
        CompletableFuture<Void> writing = OwnThread.run(this::write);
        int carried = 0;
        while (carried < rows) {
            int now = written.get();
            if (now > carried) {
                replicator.carry("id in (select id from plain.ready where " + Writer.ready(carried, now) + ")");
                carried = now;
            } else if (writing.isCompletedExceptionally()) {
                break;
            } else {
                LockSupport.parkNanos(2_000_000);
            }
        }
        writing.join();
        arrival.await(writer.lastReady());
    }

    private void write() {
        try {
            for (int done = 0; done < rows; done = written.get()) {
                int next = Math.min(rows, done + COMMIT);
                writer.insert(Writer.ready(done, next));
                written.set(next);
            }
        } catch (SQLException failed) {
            throw new CompletionException(failed);
        }
    }
}
