package io.agentdb.sync.bench.guard;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.context.annotation.Bean;

/** Hears of each frame by the counter of its bytes, which is told once a frame. */
final class CountingRegistry extends SimpleMeterRegistry {

    /**
     * A node takes it in by {@code spring.main.sources}. Annotated, it would be found by every other test's nodes,
     * which begin to look for components above this room.
     */
    static class Source {

        @Bean
        CountingRegistry countingRegistry() {
            return new CountingRegistry();
        }
    }

    private final AtomicLong frames = new AtomicLong();

    private CountingRegistry() {
        super(SimpleConfig.DEFAULT, Clock.SYSTEM);
    }

    /** Sent by the node, so that each is counted where it comes from. */
    long frames() {
        return frames.get();
    }

    @Override
    protected Counter newCounter(Meter.Id id) {
        Counter counter = super.newCounter(id);
        if (!id.getName().equals("agentdb.sync.wire.bytes") || !"out".equals(id.getTag("direction"))) {
            return counter;
        }
        return new Counter() {
            @Override
            public void increment(double amount) {
                if (amount > 0) {
                    frames.incrementAndGet();
                }
                counter.increment(amount);
            }

            @Override
            public double count() {
                return counter.count();
            }

            @Override
            public Id getId() {
                return id;
            }
        };
    }
}
