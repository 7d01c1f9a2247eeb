package io.agentdb.sync.ui.live;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The last hour in figures that the node counts anyway: it asks nothing of the database. In this process's memory, so
 * that a chart begins with its start. Thread-safe.
 */
@Component
public class Trend {

    /** One line of a chart; a null where it was not known. */
    public record ChartLine(String name, List<@Nullable Double> values) { }

    /** @param at seconds since 1970 */
    public record Chart(List<Long> at, List<ChartLine> records, List<ChartLine> lag, List<ChartLine> conflicts) { }

    /** A minute, for who reads tables. */
    public record Minute(Instant at, @Nullable Double records, @Nullable Double lag, @Nullable Double conflicts) { }

    private record Sample(Instant at, Map<String, Double> records, Map<String, Double> lag,
            Map<String, Double> conflicts) { }

    private static final int KEPT = 240;
    private static final int PER_MINUTE = 4;
    /** Beyond, nobody tells the lines apart. */
    private static final int MOST_LINES = 5;

    private final MeterRegistry registry;
    private final Clock clock = Clock.systemUTC();
    private final Deque<Sample> samples = new ArrayDeque<>();

    Trend(MeterRegistry registry) {
        this.registry = registry;
    }

    @Scheduled(fixedRateString = "15s", initialDelayString = "2s")
    void sample() {
        Sample now = new Sample(clock.instant(), gauges("agentdb.database.records", "kind"),
                gauges("agentdb.sync.lag", "peer"), gauges("agentdb.sync.conflicts.open", "kind"));
        synchronized (samples) {
            samples.add(now);
            while (samples.size() > KEPT) {
                samples.remove();
            }
        }
    }

    public Chart lines() {
        List<Sample> all = all();
        return new Chart(all.stream().map(one -> one.at().getEpochSecond()).toList(),
                lines(all.stream().map(Sample::records).toList()), lines(all.stream().map(Sample::lag).toList()),
                lines(all.stream().map(Sample::conflicts).toList()));
    }

    /** Newest first. */
    public List<Minute> table() {
        List<Sample> all = all();
        List<Minute> minutes = new ArrayList<>();
        for (int i = all.size() - 1; i >= 0; i -= PER_MINUTE) {
            Sample one = all.get(i);
            minutes.add(new Minute(one.at(), sum(one.records()),
                    one.lag().values().stream().max(Double::compare).orElse(null), sum(one.conflicts())));
        }
        return minutes;
    }

    private List<Sample> all() {
        synchronized (samples) {
            return List.copyOf(samples);
        }
    }

    /** Of several with the same label, the greatest. */
    private Map<String, Double> gauges(String name, String label) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (Gauge gauge : registry.find(name).gauges()) {
            double value = gauge.value();
            String of = gauge.getId().getTag(label);
            if (of != null && Double.isFinite(value)) {
                values.merge(of, value, Math::max);
            }
        }
        return values;
    }

    private static List<ChartLine> lines(List<Map<String, Double>> samples) {
        TreeSet<String> names = new TreeSet<>();
        samples.forEach(one -> names.addAll(one.keySet()));
        return names.stream().limit(MOST_LINES).map(name -> {
            List<@Nullable Double> values = new ArrayList<>();
            samples.forEach(one -> values.add(one.get(name)));
            return new ChartLine(name, values);
        }).toList();
    }

    private static @Nullable Double sum(Map<String, Double> values) {
        return values.isEmpty() ? null : values.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
