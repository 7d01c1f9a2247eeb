package io.agentdb.sync.sync;

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
class ScheduledOnce {

    private static final Logger log = LoggerFactory.getLogger(ScheduledOnce.class);

    @Bean
    LockProvider lockProvider(JdbcTemplate jdbc) {
        LockProvider database = new JdbcTemplateLockProvider(
                JdbcTemplateLockProvider.Configuration.builder().withJdbcTemplate(jdbc).usingDbTime().build());
        return configuration -> lock(database, configuration);
    }

    /** Thrown on, a database that is away would fill the log with stack traces, one per task and interval. */
    private static Optional<SimpleLock> lock(LockProvider database, LockConfiguration task) {
        try {
            return database.lock(task).map(lock -> () -> unlock(lock, task));
        } catch (LockException | DataAccessException | TransactionException e) {
            log.warn("{} has to wait, the database does not answer: {}", task.getName(), DatabaseFailure.words(e));
            return Optional.empty();
        }
    }

    private static void unlock(SimpleLock lock, LockConfiguration task) {
        try {
            lock.unlock();
        } catch (LockException | DataAccessException | TransactionException e) {
            log.warn("The lock of {} stays until it runs out, the database does not answer: {}", task.getName(), DatabaseFailure.words(e));
        }
    }
}
