package io.agentdb.sync.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is timed, and what of it a trace shows. */
final class Timings {

    /**
     * Scheduled tasks, each scrape and probe, and what Spring Security looks at in each request: hundreds a minute of
     * which none belongs to anything that somebody has asked for.
     */
    private static final List<String> HUM = List.of("task ", "http get /actuator", "security filterchain",
            "secured request", "authorize ", "authenticate ");

    private Timings() {
    }

    /** At zero, and with words: what is observed brings none along. */
    static void expect(MeterRegistry registry) {
        expect(registry, Observations.RUN, "Runs of this node with all peers, from meeting the peer to the report",
                Observations.OUTCOME, List.of("success", "failure", "cancelled"));
        expect(registry, Observations.PHASE, "Phases of these runs, pauses for a peer's limits included", "phase",
                List.of("detecting", "pushing", "pulling", "resolving"));
        expect(registry, Observations.REQUEST, "Requests of peers, until the answer to what stays open",
                "request", List.of("push", "pull", "claim", "verify"));
    }

    static boolean isWorthATrace(@Nullable String span) {
        return span == null || HUM.stream().noneMatch(span::startsWith);
    }

    private static void expect(MeterRegistry registry, String name, String description, String label,
            List<String> values) {
        values.forEach(value -> Timer.builder(name).description(description).tags(label, value, "error", "none")
                .register(registry));
    }
}
