package io.agentdb.sync.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/**
 * Between the web servers' start and that of everything else: waits until the database answers, and has all steps
 * taken. Meanwhile the node is alive and not ready: whoever watches it would else end it in the middle of a migration,
 * or before a database that takes minutes to come up, again and again. Thread-safe.
 */
public final class DatabaseWait implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(DatabaseWait.class);
    /** Behind the management's server (512 before the default), before the QUIC listener, which has the default. */
    private static final int PHASE = DEFAULT_PHASE - 256;
    private static final String CONNECT_SECONDS = "5";
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final DataSource dataSource;
    private final List<DatabaseStep> steps;
    private final Duration patience;
    private final ApplicationContext context;
    private volatile boolean over;
    private volatile boolean preparing;
    private volatile boolean ending;

    public DatabaseWait(DataSource dataSource, List<DatabaseStep> steps, DatabaseSettings settings,
            ApplicationContext context) {
        this.dataSource = dataSource;
        this.steps = List.copyOf(steps);
        this.patience = settings.patience();
        this.context = context;
    }

    /** Whether the database has answered, and steps are being taken, which may last. */
    public boolean isPreparing() {
        return preparing;
    }

    /** Whether the node can serve: all steps have been taken. */
    public boolean isOver() {
        return over;
    }

    @Override
    public boolean isRunning() {
        return over;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public void stop() {
        // A database that was there once is no reason to be away again.
    }

    /**
     * Blocks until the database answers and all steps have been taken.
     *
     * @throws CannotGetJdbcConnectionException or what else a step throws, if it cannot be used, and waiting longer
     *     would not help or is not wanted
     */
    @Override
    public void start() {
        AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
        Thread waiting = Thread.currentThread();
        // The context closes only once it has started or failed to: Ctrl-C would wait as long as this does.
        Thread end = new Thread(() -> {
            ending = true;
            waiting.interrupt();
        }, "end-of-waiting");
        try {
            Runtime.getRuntime().addShutdownHook(end);
        } catch (IllegalStateException ended) {
            throw new StartCutShort(ended);
        }
        try {
            await();
            over = true;
            preparing = false;
        } finally {
            forget(end);
            if (ending) {
                // What is stopped next, such as the database of its own, waits for its end.
                Thread.interrupted();
            }
        }
    }

    private static void forget(Thread end) {
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            log.debug("The process is ending", e);
        }
    }

    private void await() {
        long since = System.nanoTime();
        Duration pause = FIRST_PAUSE;
        String told = null;
        while (true) {
            try {
                look();
                preparing = true;
                for (DatabaseStep step : steps) {
                    step.take();
                }
                if (told != null) {
                    log.info("The database can be used, after {} s", seconds(since));
                }
                return;
            } catch (SQLException | RuntimeException e) {
                preparing = false;
                requireHope(e, since);
                told = tell(e, told);
                renewSessions();
                if (!sleep(pause)) {
                    throw new StartCutShort(e);
                }
                Duration longer = pause.multipliedBy(2);
                pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
            }
        }
    }

    /** A session keeps what it began with, such as being read-only, also when the database has changed since. */
    private void renewSessions() {
        HikariDataSource pool = pool();
        if (pool != null && pool.isRunning()) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
    }

    private @Nullable HikariDataSource pool() {
        try {
            return dataSource.isWrapperFor(HikariDataSource.class) ? dataSource.unwrap(HikariDataSource.class) : null;
        } catch (SQLException e) {
            return null;
        }
    }

    /** Not by the pool, which would wait for a connection as long as ever. */
    private void look() throws SQLException {
        HikariDataSource pool = pool();
        if (pool != null && pool.getJdbcUrl() != null) {
            Properties how = new Properties();
            how.put("loginTimeout", CONNECT_SECONDS);
            how.putAll(pool.getDataSourceProperties());
            if (pool.getUsername() != null) {
                how.put("user", pool.getUsername());
            }
            if (pool.getPassword() != null) {
                how.put("password", pool.getPassword());
            }
            try (Connection connection = DriverManager.getConnection(pool.getJdbcUrl(), how)) {
                log.trace("The database answers: {}", connection);
            }
        }
    }

    private void requireHope(Exception failure, long since) {
        if (ending) {
            throw new StartCutShort(failure);
        }
        if (!DatabaseFailure.mayPass(failure) || Duration.ofNanos(System.nanoTime() - since).compareTo(patience) >= 0) {
            throw failure instanceof RuntimeException unchecked ? unchecked
                    : new CannotGetJdbcConnectionException("the database cannot be used", (SQLException) failure);
        }
    }

    /**
     * Says why the node waits, unless that is known.
     *
     * @param told what was said last
     */
    private String tell(Exception failure, @Nullable String told) {
        String why = words(failure);
        if (!why.equals(told)) {
            log.warn("The node waits for its database, {} s at most, and is not ready meanwhile. {}",
                    patience.toSeconds(), why);
        }
        return why;
    }

    private static String words(Exception failure) {
        if (failure instanceof UnsuitableDatabase unsuitable) {
            return unsuitable.getMessage() + " " + unsuitable.action();
        }
        return DatabaseRefusal.of(failure).map(refusal -> refusal.words()
                + (refusal.action() == null ? "" : " " + refusal.action()))
                .orElseGet(() -> DatabaseFailure.words(failure));
    }

    /** @return false if the process ends */
    private boolean sleep(Duration pause) {
        try {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            return !ending;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static long seconds(long since) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
    }
}
