package io.agentdb.sync.postgres;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Transactions whose commit does not wait for the disk. After a crash of the server the last of them may be gone,
 * though never one without those behind it: for notes that would be made again, and that nobody was told of as lasting.
 * In a transaction of the caller's, nothing changes: it is as durable as it was. Thread-safe.
 *
 * @see <a href="https://www.postgresql.org/docs/current/wal-async-commit.html">Asynchronous commit</a>
 */
public final class AsynchronousCommit {

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    public AsynchronousCommit(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /**
     * One statement that writes, in one round trip where it is alone in its transaction.
     *
     * @return how many rows it has written
     */
    public long update(String statement, @Nullable Object... arguments) {
        return Objects.requireNonNull(jdbc.queryForObject(counted(statement), Long.class, arguments));
    }

    /** The query that does the same; it gives the number of rows. */
    public String counted(String statement) {
        // A part of the statement that writes is done in any case, and the setting lasts until its commit.
        return "with written as (" + statement + " returning 1) select count(*) from written"
                + (TransactionSynchronizationManager.isActualTransactionActive() ? ""
                        : ", (select set_config('synchronous_commit', 'off', true)) as asynchronous");
    }

    public <T> T of(Supplier<T> work) {
        return transaction.execute(status -> {
            if (status.isNewTransaction()) {
                jdbc.execute("set local synchronous_commit = off");
            }
            return work.get();
        });
    }
}
