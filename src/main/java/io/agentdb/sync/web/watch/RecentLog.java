package io.agentdb.sync.web.watch;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.agentdb.sync.admission.PlainText;
import io.agentdb.sync.home.KeptSecret;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Component;

/**
 * The last events that this process has logged. Nothing below {@code info}: what a library says to those who search for
 * its faults may hold what a viewer must not see. Thread-safe.
 */
@Component
public class RecentLog extends UnsynchronizedAppenderBase<ILoggingEvent>
        implements LoggerContextListener, InitializingBean, DisposableBean {

    public static final int KEPT = 1_000;
    /** Of a message: a thousand of megabytes would take the memory. */
    static final int LONGEST = 1_000;

    private final Deque<LogLine> lines = new ArrayDeque<>(KEPT);
    private long last;

    @Override
    public void afterPropertiesSet() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logs) {
            setContext(logs);
            start();
            logs.addListener(this);
            onReset(logs);
        }
    }

    @Override
    public void destroy() {
        if (getContext() instanceof LoggerContext logs) {
            logs.removeListener(this);
            logs.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(this);
        }
        stop();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (!event.getLevel().isGreaterOrEqual(Level.INFO)) {
            return;
        }
        boolean secret = event.getMarkerList() != null && event.getMarkerList().contains(KeptSecret.TOLD);
        String message = secret ? "A secret was told here, which stands only where the log goes."
                : oneLine(event.getFormattedMessage());
        String level = event.getLevel().toString().toLowerCase(Locale.ROOT);
        synchronized (lines) {
            if (lines.size() == KEPT) {
                lines.removeFirst();
            }
            lines.addLast(new LogLine(++last, event.getInstant(), level, event.getLoggerName(), message,
                    failure(event.getThrowableProxy())));
        }
    }

    /** The last {@code limit} that are meant, the newest last. */
    public List<LogLine> find(Predicate<LogLine> meant, int limit) {
        List<LogLine> found = new ArrayList<>();
        synchronized (lines) {
            lines.descendingIterator().forEachRemaining(line -> {
                if (found.size() < limit && meant.test(line)) {
                    found.add(line);
                }
            });
        }
        Collections.reverse(found);
        return found;
    }

    /** Of the deepest cause that says anything; further lines quote statements and values. */
    private static @Nullable String failure(@Nullable IThrowableProxy thrown) {
        String words = null;
        for (IThrowableProxy cause = thrown; cause != null; cause = cause.getCause()) {
            words = cause.getMessage() == null || cause.getMessage().isBlank() ? words
                    : cause.getMessage().strip().lines().findFirst().orElse(words);
        }
        return words == null ? null : PlainText.of(words, LONGEST);
    }

    private static String oneLine(String message) {
        String start = message.length() > LONGEST ? message.substring(0, LONGEST) + "…" : message;
        return PlainText.of(start.replaceAll("\\R\\s*", " "), LONGEST + 1);
    }

    @Override
    public boolean isResetResistant() {
        return true;
    }

    @Override
    public void onReset(LoggerContext logs) {
        logs.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(this);
    }

    @Override
    public void onStart(LoggerContext logs) {
        // Nothing to do: the root logger has been there before.
    }

    @Override
    public void onStop(LoggerContext logs) {
        // Nothing to do: nothing is logged any more.
    }

    @Override
    public void onLevelChange(Logger logger, Level level) {
        // Whatever is logged is kept.
    }
}
