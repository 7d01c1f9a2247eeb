package io.agentdb.sync.replica.feed;

import io.agentdb.sync.postgres.DatabaseFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when there is something new in the feed, a moment after its commit, whoever has written it: at once what this
 * process says that it has written, and at its next look what {@code psql} or another process has. It looks only while
 * somebody wants to know. Thread-safe.
 *
 * <p>No {@code NOTIFY} per transaction: that takes a lock of the whole cluster at commit, and halves the rate of
 * commits.
 */
public final class ChangeWatch implements ChangeSource, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ChangeWatch.class);

    /** After a failure, before the next try. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** One number to read, while nothing happens anywhere in the cluster. */
    private static final String FENCE = "select agentdb_fence()";
    /** The place of the last row that readers may see; each kind's index on the feed has it at its end. */
    private static final String LAST = """
            select greatest(
                (select max(feed_xid) from episodes where feed_xid < fence),
                (select max(feed_xid) from skills where feed_xid < fence),
                (select max(feed_xid) from edges where feed_xid < fence),
                (select max(feed_xid) from tombstones where kind = 'episodes' and feed_xid < fence),
                (select max(feed_xid) from tombstones where kind = 'skills' and feed_xid < fence),
                (select max(feed_xid) from tombstones where kind = 'edges' and feed_xid < fence))
            from agentdb_fence() as fence
            """;

    private final DataSource dataSource;
    private final Duration interval;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition called = lock.newCondition();
    private final Thread thread = new Thread(this::watch, "change-watch");
    private boolean look;
    private volatile boolean closed;

    /** @param interval between two looks, unless it is told that there is something */
    public ChangeWatch(DataSource dataSource, Duration interval) {
        this.dataSource = dataSource;
        this.interval = interval;
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public Runnable listen(Runnable changed) {
        // One of its own for each call: the same may listen twice.
        Runnable listener = new Runnable() {
            @Override
            public void run() {
                changed.run();
            }
        };
        listeners.add(listener);
        look();
        return () -> {
            listeners.remove(listener);
            look();
        };
    }

    /** Something may have been committed just now; does not block. */
    public void look() {
        lock.lock();
        try {
            look = true;
            called.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void watch() {
        while (!closed) {
            try {
                awaitListeners();
                // Of its own as long as somebody listens: taking one from the pool would cost more than the look.
                try (Connection connection = dataSource.getConnection();
                        PreparedStatement fence = connection.prepareStatement(FENCE);
                        PreparedStatement last = connection.prepareStatement(LAST)) {
                    look(fence, last);
                }
            } catch (SQLException e) {
                log.debug("Whether anything has changed cannot be seen now: {}", DatabaseFailure.words(e));
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look(PreparedStatement fence, PreparedStatement last) throws SQLException, InterruptedException {
        long seen = -1;
        long newest = -1;
        while (!closed && !listeners.isEmpty()) {
            boolean told = await();
            long now = number(fence);
            if (told || now != seen) {
                seen = now;
                long found = number(last);
                if (found != newest) {
                    newest = found;
                    listeners.forEach(Runnable::run);
                }
            }
        }
    }

    private void awaitListeners() throws InterruptedException {
        lock.lock();
        try {
            while (listeners.isEmpty()) {
                called.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** @return whether somebody has told that there is something */
    private boolean await() throws InterruptedException {
        lock.lock();
        try {
            if (!look) {
                called.await(interval.toNanos(), TimeUnit.NANOSECONDS);
            }
            boolean told = look;
            look = false;
            return told;
        } finally {
            lock.unlock();
        }
    }

    private static long number(PreparedStatement query) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
