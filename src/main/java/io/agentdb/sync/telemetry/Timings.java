package io.agentdb.sync.telemetry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The timers of what is observed, and what of it a trace shows. */
final class Timings implements MeterFilter {

    private static final Map<String, String> WORDS = Map.of(
            Observations.RUN, "Runs of this node with all peers, from meeting the peer to the report",
            Observations.PHASE, "Phases of these runs, pauses for a peer's limits included",
            Observations.REQUEST, "Requests of peers, until the first answer to what stays open");
    /**
     * Scheduled tasks, each scrape and probe, and what Spring Security looks at in each request: hundreds a minute of
     * which none belongs to anything that somebody has asked for.
     */
    private static final List<String> HUM = List.of("task ", "http get /actuator", "security filterchain",
            "secured request", "authorize ", "authenticate ");

    /** At zero from the start. */
    static void expect(MeterRegistry registry) {
        expect(registry, Observations.RUN, Observations.OUTCOME, List.of("success", "failure", "cancelled"));
        expect(registry, Observations.PHASE, "phase", List.of("detecting", "pushing", "pulling", "resolving"));
        expect(registry, Observations.REQUEST, "request", List.of("push", "pull", "claim", "verify"));
    }

    static boolean isWorthATrace(@Nullable String span) {
        return span == null || HUM.stream().noneMatch(span::startsWith);
    }

    /** What is observed brings no words along, of which a scrape shows those of any one. */
    @Override
    public Meter.Id map(Meter.Id id) {
        String words = WORDS.get(id.getName());
        return words == null ? id
                : new Meter.Id(id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(), words, id.getType());
    }

    /** Timers of what still goes on would have an outcome before there is one. */
    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return id.getType() == Meter.Type.LONG_TASK_TIMER && id.getName().startsWith("agentdb.")
                ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
    }

    private static void expect(MeterRegistry registry, String name, String label, List<String> values) {
        values.forEach(value -> Timer.builder(name).tags(label, value, "error", "none").register(registry));
    }
}
