package io.agentdb.sync.telemetry;

import io.agentdb.sync.node.LocalNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Observes the work of this node, and leaves out of it what would tell nobody anything. */
@Configuration(proxyBeanMethods = false)
class TelemetryConfiguration {

    @Bean
    Observations observations(ObservationRegistry observed, MeterRegistry meters, LocalNode self) {
        Timings.expect(meters);
        return new Observations(observed, () -> self.nodeId().name());
    }

    @Bean
    MeterFilter timings() {
        return new Timings();
    }

    @Bean
    SpanExportingPredicate spansWorthKeeping() {
        return span -> Timings.isWorthATrace(span.getName());
    }
}
