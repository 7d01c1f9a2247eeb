package io.agentdb.sync.ui.node;

import io.agentdb.sync.version.Hlc;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** How far the clocks of other nodes were ahead, as this process measured it when it last met each. Thread-safe. */
@Component
class PeerClocks {

    /** From here on somebody should look: writes of the one that is ahead win more conflicts than they should. */
    private static final Duration WORTH_A_LOOK = Duration.ofSeconds(10);

    /**
     * One node.
     *
     * @param ahead of this node's clock; negative: behind
     */
    record PeerClock(String node, Duration ahead) {

        /** Whether runs with it are refused. */
        public boolean isRefused() {
            return ahead.abs().compareTo(Hlc.TOLERANCE) > 0;
        }

        public boolean isOff() {
            return ahead.abs().compareTo(WORTH_A_LOOK) > 0;
        }
    }

    private final MeterRegistry registry;

    PeerClocks(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The farthest off first. */
    List<PeerClock> all() {
        return registry.find("agentdb.sync.clock.offset").gauges().stream()
                .map(gauge -> new PeerClock(Objects.requireNonNullElse(gauge.getId().getTag("peer"), ""),
                        Duration.ofMillis(Math.round(gauge.value() * 1_000))))
                .sorted(Comparator.comparing((PeerClock clock) -> clock.ahead().abs()).reversed()).toList();
    }

    /** Beyond which no run is made. */
    static Duration tolerance() {
        return Hlc.TOLERANCE;
    }
}
