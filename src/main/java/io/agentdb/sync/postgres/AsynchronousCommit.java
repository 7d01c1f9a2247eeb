package io.agentdb.sync.postgres;

import java.util.function.Supplier;
import org.springframework.jdbc.core.JdbcTemplate;
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

    public <T> T of(Supplier<T> work) {
        return transaction.execute(status -> {
            if (status.isNewTransaction()) {
                jdbc.execute("set local synchronous_commit = off");
            }
            return work.get();
        });
    }
}
