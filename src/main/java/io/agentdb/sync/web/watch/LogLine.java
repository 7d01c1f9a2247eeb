package io.agentdb.sync.web.watch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event of the log.
 *
 * @param number counts the events of this process
 * @param level {@code info}, {@code warn} or {@code error}
 * @param message one line; at most a thousand characters of it
 * @param failure what the cause of it said; absent if there is none
 */
public record LogLine(long number, Instant time, String level, String logger, String message,
        @Nullable String failure) { }
