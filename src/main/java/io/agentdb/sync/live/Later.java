package io.agentdb.sync.live;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does things after a while, one after the other; none any more once it is closed. Thread-safe. */
final class Later implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Later.class);

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "live-sync-later");
        thread.setDaemon(true);
        return thread;
    }, new ThreadPoolExecutor.DiscardPolicy());

    void after(Duration pause, Runnable what) {
        executor.schedule(() -> {
            try {
                what.run();
            } catch (RuntimeException e) {
                // Nobody else would hear of it.
                log.warn("Live sync could not do something that was due: {}", e.toString());
            }
        }, pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
