package io.agentdb.sync.coordinator;

import io.agentdb.sync.postgres.DatabaseFailure;
import java.util.Optional;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.spring.annotation.EnableSchedulerLock;
import net.javacrumbs.shedlock.support.LockException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;

/** What is scheduled once per node and not once per process of it: methods that are a {@code @SchedulerLock}. */
@Configuration(proxyBeanMethods = false)
@EnableSchedulerLock(defaultLockAtMostFor = "1m")
class OncePerNode {

    private static final Logger log = LoggerFactory.getLogger(OncePerNode.class);
    /**
     * Of the time when the row is there: who waited for another's lock would judge it by a time from before, and break
     * it.
     */
    private static final String RELEASE = """
            update shedlock set lock_until = timezone('utc', clock_timestamp())
            where name = ? and lock_until > timezone('utc', clock_timestamp()) + ? * interval '1 millisecond'
            """;

    @Bean
    LockProvider lockProvider(JdbcTemplate jdbc) {
        LockProvider database = new JdbcTemplateLockProvider(
                JdbcTemplateLockProvider.Configuration.builder().withJdbcTemplate(jdbc).usingDbTime().build());
        return configuration -> lock(jdbc, database, configuration);
    }

    /** Thrown on, a database that is away would fill the log with stack traces, one per task and interval. */
    private static Optional<SimpleLock> lock(JdbcTemplate jdbc, LockProvider database, LockConfiguration task) {
        try {
            release(jdbc, task);
            return database.lock(task).map(lock -> () -> unlock(lock, task));
        } catch (LockException | DataAccessException | TransactionException e) {
            log.warn("{} has to wait, the database does not answer: {}", task.getName(), DatabaseFailure.words(e));
            return Optional.empty();
        }
    }

    /** Taken while the clock was ahead and then set right, a lock would stand for as long as the clock was ahead. */
    private static void release(JdbcTemplate jdbc, LockConfiguration task) {
        if (jdbc.update(RELEASE, task.getName(), task.getLockAtMostFor().toMillis()) > 0) {
            log.warn("The lock of {} stood further in the future than it may be held, and is released: the database's"
                    + " clock was ahead", task.getName());
        }
    }

    private static void unlock(SimpleLock lock, LockConfiguration task) {
        try {
            lock.unlock();
        } catch (LockException | DataAccessException | TransactionException e) {
            log.warn("The lock of {} stays until it runs out, the database does not answer: {}", task.getName(),
                    DatabaseFailure.words(e));
        }
    }
}
