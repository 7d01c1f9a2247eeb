package io.agentdb.sync.replica.store;

import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.postgres.Refused;
import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions in which no trigger stamps: what is applied keeps the version that it has. Thread-safe. */
public final class PostgresTransactions implements Transactions {

    /** For another's lock: a peer takes who says nothing for half a minute for dead. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    /** Where many records have to be told apart, one by one. */
    private static final Duration HASTE = Duration.ofMillis(50);

    /** A batch names its records: where it is large beside a table, the whole table would be read for each one. */
    private static final String BY_INDEX =
            "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off; ";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    /** Deadlocks with local writers and rows that appear meanwhile: another try sees what happened. */
    private final RetryTemplate retry = new RetryTemplate(RetryPolicy.builder().maxRetries(20)
            .delay(Duration.ofMillis(10)).jitter(Duration.ofMillis(10)).multiplier(1.5)
            .maxDelay(Duration.ofMillis(500))
            .includes(RowMoved.class, ConcurrencyFailureException.class).build());

    public PostgresTransactions(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    @Override
    public <T> T run(Supplier<T> work) {
        return run(PATIENCE, work);
    }

    @Override
    public <T> T hastily(Supplier<T> work) {
        return run(HASTE, work);
    }

    private <T> T run(Duration patience, Supplier<T> work) {
        try {
            return retry.execute(() -> transaction.execute(status -> {
                jdbc.execute(BY_INDEX + "set local agentdb.applying = 'on'; set local lock_timeout = '"
                        + patience.toMillis() + "ms'");
                return work.get();
            }));
        } catch (RetryException e) {
            if (DatabaseFailure.isLockTimeout(e)) {
                throw new RowsLocked(LockHolders.words(jdbc));
            }
            Refused.of(e).ifPresent(refused -> {
                throw new Unstorable(refused.words(), e.getCause());
            });
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        }
    }
}
