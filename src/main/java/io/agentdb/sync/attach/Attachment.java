package io.agentdb.sync.attach;

import io.agentdb.sync.attach.AttachSettings.AttachMode;
import io.agentdb.sync.attach.AttachSettings.FileToAttach;
import io.agentdb.sync.attach.AttachTally.Passed;
import io.agentdb.sync.attach.copy.NotWrittenBack;
import io.agentdb.sync.attach.copy.ReadOnlyFile;
import io.agentdb.sync.attach.file.AttachedFile;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.DatabaseFailure;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Keeps one file in step, in a thread of its own. Thread-safe. */
final class Attachment {

    /** What is done with the file. */
    enum AttachState { STARTING, TWO_WAY, READ_ONLY, STOPPED }

    private static final Logger log = LoggerFactory.getLogger(Attachment.class);
    private static final String SQL_JS = "it is not in WAL mode, so a program with sql.js may have it in memory"
            + " (AgentDB 1.6.1 and 2.0, or 3.0 without better-sqlite3) and would write over what is put there: its rows"
            + " come in, nothing goes out. For both ways, install better-sqlite3 beside agentdb 3.0.0-alpha.19 or"
            + " later, and resume the attachment";
    private static final String AS_SET = "agentdb.attach[i].mode is read-only";
    private static final int HELD = 20;
    private static final long CLOSING_SECONDS = 10;
    /** While a row waits for its vector, or a large file's turn has not come. */
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final int id;
    private final FileToAttach settings;
    private final AttachParts parts;
    private final AttachTally tally = new AttachTally();
    private final WakeUp wakeUp = new WakeUp();
    private final Thread thread;
    private volatile AttachState state = AttachState.STARTING;
    private volatile @Nullable String why;
    private volatile @Nullable String problem;
    private volatile @Nullable Instant inStepAt;

    Attachment(int id, FileToAttach settings, AttachParts parts) {
        this.id = id;
        this.settings = settings;
        this.parts = parts;
        thread = new Thread(this::run, "attach-" + id);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    int id() {
        return id;
    }

    FileToAttach settings() {
        return settings;
    }

    /** @throws NotWrittenBack if its file is no one that a whole new file may take the place of */
    void checkReadOnly() throws NotWrittenBack {
        if (state != AttachState.READ_ONLY) {
            throw new NotWrittenBack("The attachment " + id + " is not read-only: what the node has is written into its"
                    + " file by itself, or cannot be, as GET /attachments says.");
        }
        if (!settings.kept().equals(Kind.ALL)) {
            throw new NotWrittenBack("agentdb.attach[i].kinds leaves kinds out, and a new file would lose the rows of"
                    + " the others; take the setting away first.");
        }
    }

    AttachTally tally() {
        return tally;
    }

    AttachState state() {
        return state;
    }

    @Nullable Instant inStepAt() {
        return inStepAt;
    }

    AttachStatus status() {
        return new AttachStatus(id, settings.file().toString(), state.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                why, problem, inStepAt, tally.of(Passed.ROWS_IN), tally.of(Passed.ROWS_OUT),
                tally.of(Passed.DELETES_IN), tally.of(Passed.DELETES_OUT), tally.of(Passed.WITHOUT_VECTOR),
                tally.of(Passed.NO_ROW_FOR_IT), tally.held(), tally.held(HELD));
    }

    /** There may be something new in the feed; does not block. */
    void look() {
        wakeUp.news();
    }

    /**
     * A person has seen why it stopped, and wants it to go on: what was too much to delete by itself goes now. Rows
     * that are held back are looked at again.
     *
     * @return false if it had not stopped, is not read-only, and holds nothing back
     */
    boolean resume() {
        boolean holds = tally.held() > 0;
        tally.askAgain();
        if (state == AttachState.TWO_WAY && holds) {
            wakeUp.news();
            return true;
        }
        return wakeUp.resume(() -> state == AttachState.STOPPED || state == AttachState.READ_ONLY);
    }

    void close() throws InterruptedException {
        wakeUp.close();
        thread.join(TimeUnit.SECONDS.toMillis(CLOSING_SECONDS));
    }

    private void run() {
        boolean allowed = false;
        while (!wakeUp.isClosed()) {
            try {
                become(AttachState.STARTING, null);
                attach(allowed);
            } catch (FileStopped e) {
                stop(e.why());
            } catch (NoSuchFileException e) {
                failed("there is no such file yet: it is attached once AgentDB has made it (agentdb init)");
            } catch (SQLException | IOException | DataAccessException | TransactionException e) {
                failed(DatabaseFailure.words(e));
            } catch (InvalidInput e) {
                stop(e.getMessage() + ": end the programs that use it, and resume the attachment");
            } catch (RuntimeException | Error e) {
                // Else the thread would end, and the attachment look as if all were well.
                log.error("The attached file {}: incident", settings.file(), e);
                stop("this should not have happened, and the node's log says more; resume the attachment to try again");
            }
            if (state == AttachState.STOPPED) {
                allowed = wakeUp.awaitResume();
            } else if (state == AttachState.STARTING) {
                wakeUp.await(AGAIN_NANOS);
            }
        }
    }

    private void attach(boolean allowed) throws FileStopped, SQLException, IOException {
        if (settings.mode() == AttachMode.READ_ONLY) {
            readOnly(AS_SET);
        } else if (!isNative()) {
            readOnly(SQL_JS);
        } else {
            twoWay(allowed);
        }
    }

    private void twoWay(boolean allowed) throws FileStopped, SQLException {
        try (OpenFile open = OpenFile.open(settings.file(), parts.node().nodeId().name(), allowed, settings.kept(),
                parts.meaning()::of)) {
            become(AttachState.TWO_WAY, null);
            // Said a second time while it was opened.
            wakeUp.isResumed();
            Rounds rounds = new Rounds(open, parts, settings, tally, Pace.SHARE);
            boolean more = true;
            boolean may = allowed;
            while (!wakeUp.isClosed()) {
                long begun = System.nanoTime();
                try {
                    more = rounds.once(more, may);
                    may = false;
                    if (rounds.isBehind()) {
                        continue;
                    }
                    well();
                } catch (SQLException e) {
                    AttachedFile.stopIfDamaged(e);
                    more = true;
                    open.file().lookAgain();
                    failed(DatabaseFailure.words(e));
                } catch (DataAccessException | TransactionException e) {
                    more = true;
                    open.file().lookAgain();
                    failed(DatabaseFailure.words(e));
                }
                wakeUp.await(settings.interval().toNanos() - (System.nanoTime() - begun));
            }
            rounds.end();
        }
    }

    private void readOnly(String because) throws IOException, SQLException {
        ReadOnlyFile file = new ReadOnlyFile(settings.file(), parts.importer(), parts.scratch());
        become(AttachState.READ_ONLY, because);
        while (!wakeUp.isClosed() && !wakeUp.isResumed()) {
            try {
                if (settings.mode() == AttachMode.AUTO && isNative()) {
                    // AgentDB has just made it, and had not come to its mode yet; or got a native SQLite.
                    return;
                }
                file.look().ifPresent(rows -> tally.count(Passed.ROWS_IN, rows));
                well();
            } catch (InvalidInput | DataAccessException | TransactionException | IOException | SQLException e) {
                failed(DatabaseFailure.words(e));
            }
            wakeUp.await(settings.interval().toNanos());
        }
    }

    private boolean isNative() throws IOException {
        return AttachedFile.isNative(settings.file());
    }

    private void become(AttachState now, @Nullable String because) {
        if (state != now && now != AttachState.STARTING) {
            log.info("The attached file {} is {} now{}", settings.file(), now.name().toLowerCase(Locale.ROOT)
                    .replace('_', '-'), because == null ? "" : ": " + because);
        }
        state = now;
        why = because;
    }

    private void stop(String because) {
        log.warn("The attached file {} is not kept in step any more: {}", settings.file(), because);
        state = AttachState.STOPPED;
        why = because;
        problem = null;
    }

    private void well() {
        inStepAt = Instant.now();
        problem = null;
    }

    /** Said once, and not at each look for as long as it lasts. */
    private void failed(String words) {
        if (problem == null) {
            log.warn("The attached file {} is kept in step later: {}", settings.file(), words);
        }
        problem = words;
    }
}
