package io.agentdb.sync.web.watch;

import io.agentdb.sync.coordinator.ProcessLock;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.input.Timestamps;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The log, for who cannot look into it. */
@RestController
@Tag(name = "status")
class LogController {

    /** @param process which has logged them: another process of this node has its own */
    record RecentLines(UUID process, List<LogLine> items) { }

    private final RecentLog log;
    private final ProcessLock process;

    LogController(RecentLog log, ProcessLock process) {
        this.log = log;
        this.process = process;
    }

    @GetMapping("/log")
    @Operation(operationId = "recentLog", summary = "The last 1,000 events that this process has logged, newest last",
            description = "From info on, one line each. Failures without their stack traces, secrets not at all: those"
            + " are only where the log itself goes.")
    RecentLines recent(
            @Parameter(description = "At least so grave.",
                    schema = @Schema(allowableValues = {"info", "warn", "error"}))
            @RequestParam(defaultValue = "info") String level,
            @Parameter(description = "Names this peer or node.") @RequestParam(required = false) @Nullable String peer,
            @Parameter(description = "Contains this text, in upper or lower case.")
            @RequestParam(required = false) @Nullable String q,
            @Parameter(description = "Logged at or after: ISO 8601 with an offset, seconds or milliseconds.")
            @RequestParam(required = false) @Nullable String since,
            @Parameter(description = "The last so many, from 1 to 1000.",
                    schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "1000"))
            @RequestParam(defaultValue = "1000") int limit) {
        if (limit < 1 || limit > RecentLog.KEPT) {
            throw new InvalidInput("limit", "must be one whole number from 1 to " + RecentLog.KEPT);
        }
        Instant from = since == null ? Instant.MIN : Timestamps.of("since", since);
        return new RecentLines(process.id(), log.find(LogQuery.of(level, peer, q, from), limit));
    }
}
