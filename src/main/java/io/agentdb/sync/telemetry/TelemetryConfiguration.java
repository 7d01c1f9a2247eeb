package io.agentdb.sync.telemetry;

import io.agentdb.sync.node.LocalNode;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
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
        return new Observations(observed, self.nodeId().name());
    }

    /** Timers of what goes on would have an outcome before there is one. */
    @Bean
    MeterFilter nothingThatStillGoesOn() {
        return new MeterFilter() {
            @Override
            public MeterFilterReply accept(Meter.Id id) {
                return id.getType() == Meter.Type.LONG_TASK_TIMER && id.getName().startsWith("agentdb.")
                        ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
            }
        };
    }

    @Bean
    SpanExportingPredicate spansWorthKeeping() {
        return span -> Timings.isWorthATrace(span.getName());
    }
}
