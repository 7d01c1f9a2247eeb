package io.agentdb.sync.quic.client;

import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.LoggerFactory;

/**
 * Notes what must not happen in this JVM while strangers call: leaks of buffers, errors, exceptions that nobody caught;
 * and measures memory.
 */
public final class Watch extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    /** In bytes, after a collection. */
    public record Memory(long heap, long direct) { }

    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private static final Logger LEAKS = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);

    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final AtomicReference<String> canary = new AtomicReference<>();
    private final Map<Logger, Level> levels = new LinkedHashMap<>();
    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    private final Thread.UncaughtExceptionHandler uncaught = Thread.getDefaultUncaughtExceptionHandler();

    /** What earlier tests have leaked is their own fault: it is passed over. */
    public Watch() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        setContext(ROOT.getLoggerContext());
        start();
        // What the canary says is no news to anybody else.
        LEAKS.setAdditive(false);
        LEAKS.addAppender(this);
        collect();
        complaints.clear();
        ROOT.addAppender(this);
        // A line for each stranger would be all that is left to see.
        for (String chatty : List.of("io.agentdb", "agentdb.audit")) {
            Logger logger = (Logger) LoggerFactory.getLogger(chatty);
            levels.put(logger, logger.getLevel());
            logger.setLevel(Level.WARN);
        }
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) ->
                complaints.add("uncaught on " + thread.getName() + ": " + failure));
    }

    /** Everything so far. */
    public List<String> complaints() {
        return complaints;
    }

    /**
     * Collects until what was dropped before has been noticed: a buffer that is dropped here on purpose has to be
     * reported.
     */
    public Memory collect() {
        String name = "canary " + System.nanoTime();
        canary.set(name);
        drop(name);
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20)).pollDelay(Duration.ZERO)
                .until(() -> {
            System.gc();
            // The detector looks when the next buffer is made.
            PooledByteBufAllocator.DEFAULT.heapBuffer(1).release();
            return canary.get() == null;
        });
        return new Memory(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                Math.max(PlatformDependent.usedDirectMemory(),
                        PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory()));
    }

    @Override
    protected void append(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        String expected = canary.get();
        if (event.getLoggerName().equals(LEAKS.getName()) && expected != null && message.contains(expected)) {
            canary.set(null);
        } else if (event.getLevel().isGreaterOrEqual(Level.ERROR)
                || event.getLevel().isGreaterOrEqual(Level.WARN)
                        && (event.getLoggerName().startsWith("io.netty") || event.getThrowableProxy() != null)) {
            complaints.add(event.getLoggerName() + ": " + message
                    + (event.getThrowableProxy() == null ? "" : " (" + event.getThrowableProxy().getClassName() + ": "
                    + event.getThrowableProxy().getMessage() + ")"));
        }
    }

    @Override
    public void close() {
        Thread.setDefaultUncaughtExceptionHandler(uncaught);
        levels.forEach(Logger::setLevel);
        ROOT.detachAppender(this);
        LEAKS.detachAppender(this);
        LEAKS.setAdditive(true);
        ResourceLeakDetector.setLevel(level);
        stop();
    }

    private static void drop(String name) {
        PooledByteBufAllocator.DEFAULT.heapBuffer(1).touch(name);
    }
}
