package io.agentdb.sync.web.transfer;

import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.memory.transfer.ImportWatch;
import io.agentdb.sync.web.transfer.ImportRecord.ImportPhase;
import io.agentdb.sync.web.transfer.ImportRecord.ImportState;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** One import of this process: one thread makes it, any look at it and end it. */
final class ImportJob implements ImportWatch {

    /** Comes out of the importer where somebody has ended it. */
    static final class Ended extends RuntimeException {

        private static final long serialVersionUID = 1;

        final ImportState state;

        Ended(ImportState state, String message) {
            super(message);
            this.state = state;
        }
    }

    private static final Logger log = LoggerFactory.getLogger(ImportJob.class);
    private static final long SECOND = 1_000_000_000L;
    /** Errors that are written down while it goes on: all of them each second would be much. */
    private static final int ERRORS = 20;

    private final ImportStore store;
    private final UUID owner;
    private final Clock clock;
    private volatile long saved = System.nanoTime();
    private long read;
    private volatile ImportRecord now;
    private volatile @Nullable String cancelledBy;
    private volatile boolean leaving;

    ImportJob(ImportStore store, UUID owner, String source, String who, long announced, Clock clock) {
        this.store = store;
        this.owner = owner;
        this.clock = clock;
        this.now = new ImportRecord(UUID.randomUUID(), source, who, ImportState.RUNNING, ImportPhase.RECEIVING, 0,
                Math.max(0, announced), ImportRecord.BYTES, 0, time(), null, null, false, null);
    }

    ImportRecord record() {
        return now;
    }

    /** Begins, where others can see it. */
    void begin() {
        store.save(now, owner);
    }

    void cancel(String who) {
        cancelledBy = who;
    }

    /** Has it end since the process does. */
    void leave() {
        leaving = true;
    }

    /** So many bytes have come. */
    void received(long bytes) {
        now = at(ImportPhase.RECEIVING, bytes, Math.max(now.total(), bytes), ImportRecord.BYTES, 0, null);
        look();
    }

    /** Counts what is read of the source, of so many bytes in all; 0 if that is not known. */
    InputStream counted(InputStream source, long total) {
        now = at(ImportPhase.STORING, 0, total, ImportRecord.BYTES, 0, null);
        return new FilterInputStream(source) {
            @Override
            public int read() throws IOException {
                int c = in.read();
                read += c < 0 ? 0 : 1;
                return c;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int some = in.read(into, offset, length);
                read += Math.max(some, 0);
                return some;
            }
        };
    }

    @Override
    public void expect(long rows) {
        now = at(ImportPhase.STORING, 0, rows, ImportRecord.ROWS, 0, null);
        save();
    }

    @Override
    public void passed(long rows, Supplier<ImportReport> soFar) {
        if (leaving || cancelledBy != null || System.nanoTime() - saved >= SECOND) {
            boolean file = now.unit().equals(ImportRecord.ROWS);
            long current = file ? rows : read;
            // Of what comes packed, more is read than was announced.
            now = at(ImportPhase.STORING, current, current > now.total() ? 0 : now.total(), now.unit(), rows,
                    soFar.get());
            look();
        }
    }

    @Override
    public void ended(long rows) {
        now = at(ImportPhase.STORING, now.current(), now.total(), now.unit(), rows, now.report());
    }

    /**
     * @param refused whether what was sent is to blame
     * @param report as it stands at the end; null for the last that is known
     * @return as {@link #save}
     */
    boolean end(ImportState state, @Nullable String failure, boolean refused, @Nullable ImportReport report) {
        boolean whole = state == ImportState.SUCCEEDED && now.total() > 0;
        now = new ImportRecord(now.id(), now.source(), now.who(), state, now.phase(),
                whole ? now.total() : now.current(), now.total(), now.unit(), now.rows(), now.begunAt(), time(),
                failure, refused, report == null ? now.report() : report);
        return save();
    }

    private void look() {
        if (System.nanoTime() - saved >= SECOND) {
            save();
        }
        if (leaving) {
            throw new Ended(ImportState.INTERRUPTED, "The node was stopped");
        }
        String who = cancelledBy;
        if (who != null) {
            throw new Ended(ImportState.CANCELLED, who + " has ended it");
        }
    }

    /**
     * Writes down where it stands. Without a database that takes it, it goes on.
     *
     * @return whether it is written down
     */
    boolean save() {
        saved = System.nanoTime();
        ImportReport report = now.report();
        ImportRecord shown = report == null || !now.running() ? now : with(report.withErrors(ERRORS));
        try {
            Optional<String> who = store.save(shown, owner);
            if (cancelledBy == null) {
                who.ifPresent(this::cancel);
            }
            return true;
        } catch (DataAccessException | TransactionException e) {
            log.debug("Where import {} stands cannot be written down now", now.id(), e);
            return false;
        }
    }

    private ImportRecord with(ImportReport report) {
        return at(now.phase(), now.current(), now.total(), now.unit(), now.rows(), report);
    }

    private ImportRecord at(ImportPhase phase, long current, long total, String unit, long rows,
            @Nullable ImportReport report) {
        return new ImportRecord(now.id(), now.source(), now.who(), ImportState.RUNNING, phase, current, total, unit,
                rows, now.begunAt(), null, null, false, report);
    }

    private Instant time() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
