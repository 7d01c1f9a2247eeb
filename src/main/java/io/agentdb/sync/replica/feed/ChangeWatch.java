package io.agentdb.sync.replica.feed;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.postgres.SessionName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when there is something new in the feed, a moment after its commit, whoever has written it: at once what this
 * process says that it has written, and at its next look what {@code psql} or another process has. It looks only while
 * somebody wants to know, and more seldom where nothing has happened for a while. Thread-safe.
 *
 * <p>No {@code NOTIFY} per transaction: that takes a lock of the whole cluster at commit, and halves the rate of
 * commits.
 */
public final class ChangeWatch implements ChangeSource, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ChangeWatch.class);

    /** After a failure, before the next try. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /**
     * To each listener, between two times that they are told: what is written meanwhile is told with it. A hub with
     * many peers would else do nothing but tell each of them of each row.
     */
    private static final long SHARE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /**
     * After so many looks that found nothing new in the feed, it looks more seldom: ten seconds by default. That the
     * fence has moved is no news, nor that somebody calls: each run of a sync and each note of the node's does, and an
     * idle node would never come to rest.
     */
    static final int LOOKS_UNTIL_REST = 400;
    /** So many times as seldom: looking would else be most of what an idle node does. */
    static final int AT_REST = 4;
    /** One number to read, while nothing happens anywhere in the cluster. */
    private static final String FENCE = "select agentdb_fence()";
    private final DataSource dataSource;
    private final Duration interval;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition called = lock.newCondition();
    private final Thread thread = new Thread(this::watch, "change-watch");
    private boolean look;
    private volatile boolean closed;
    private volatile @Nullable Newest newest;

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

    @Override
    public Optional<Newest> newest() {
        return Optional.ofNullable(newest);
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
                        PreparedStatement last = connection.prepareStatement(Newest.SQL)) {
                    SessionName.keep(connection, SessionName.Use.CHANGE_WATCH);
                    try {
                        look(fence, last);
                    } finally {
                        newest = null;
                        SessionName.giveBack(connection, SessionName.Use.CHANGE_WATCH);
                    }
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
        Map<Kind, Long> told = Map.of();
        long quietUntil = System.nanoTime();
        int vain = 0;
        while (!closed && !listeners.isEmpty()) {
            boolean called = await(quietUntil, vain < LOOKS_UNTIL_REST ? 1 : AT_REST);
            // Who calls may have written notes alone, as the node does every few seconds.
            vain = Math.min(vain + 1, LOOKS_UNTIL_REST);
            long reached = called ? seen : look(fence, row -> row.getLong(1));
            if (called || reached != seen) {
                Newest now = look(last, Newest::of);
                seen = called ? now.fence() : reached;
                newest = now;
                if (!now.last().equals(told)) {
                    told = now.last();
                    vain = 0;
                    listeners.forEach(Runnable::run);
                    quietUntil = System.nanoTime() + Math.min(interval.toNanos(), listeners.size() * SHARE_NANOS);
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

    /**
     * @param intervals until the next look, unless it is told before
     * @return whether somebody has told that there is something
     */
    private boolean await(long quietUntil, int intervals) throws InterruptedException {
        lock.lock();
        try {
            for (long left = quietUntil - System.nanoTime(); left > 0; left = quietUntil - System.nanoTime()) {
                called.awaitNanos(left);
            }
            if (!look) {
                called.awaitNanos(intervals * interval.toNanos());
            }
            boolean told = look;
            look = false;
            return told;
        } finally {
            lock.unlock();
        }
    }

    private interface RowReading<T> {
        T of(ResultSet row) throws SQLException;
    }

    private static <T> T look(PreparedStatement query, RowReading<T> reading) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            row.next();
            return reading.of(row);
        }
    }
}
