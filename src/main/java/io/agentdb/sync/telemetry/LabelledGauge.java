package io.agentdb.sync.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A gauge with a line for each set of labels that there is now. A line that stays keeps its meter: exchanged for
 * another under the same labels, a scrape at that moment would find both, and fail.
 */
public final class LabelledGauge {

    private final MultiGauge gauge;
    private final Map<Tags, Number> values = new ConcurrentHashMap<>();

    public LabelledGauge(MultiGauge.Builder gauge, MeterRegistry registry) {
        this.gauge = gauge.register(registry);
    }

    /** From one thread at a time. */
    public void set(Map<Tags, ? extends Number> now) {
        values.putAll(now);
        gauge.register(now.keySet().stream().<MultiGauge.Row<?>>map(
                tags -> MultiGauge.Row.of(tags, () -> values.get(tags))).toList());
        values.keySet().retainAll(now.keySet());
    }
}
