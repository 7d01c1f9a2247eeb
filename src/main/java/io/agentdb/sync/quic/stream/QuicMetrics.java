package io.agentdb.sync.quic.stream;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.protocol.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** The counters of the network. */
public final class QuicMetrics {

    private static final String TOO_MANY_HANDSHAKES = "too_many_handshakes";

    private final MeterRegistry registry;
    private final Counter in;
    private final Counter out;
    private final Counter welcomed;
    private final PathMetrics paths;

    public QuicMetrics(MeterRegistry registry, ConnectionRegistry connections, int mostConnections) {
        this.registry = registry;
        this.paths = new PathMetrics(registry);
        this.in = wire("in");
        this.out = wire("out");
        this.welcomed = Counter.builder("agentdb.quic.welcomed").description("Clients whose hello was accepted")
                .register(registry);
        for (Direction direction : Direction.values()) {
            Gauge.builder("agentdb.quic.connections", connections, all -> all.count(direction))
                    .tag("direction", direction == Direction.IN ? "in" : "out").description("Open connections")
                    .register(registry);
        }
        Gauge.builder("agentdb.quic.connections.max", () -> mostConnections)
                .description("How many incoming connections this process serves at once").register(registry);
        // Named before the first of each happens: rate() sees no increase in a series that begins with it.
        paced("requests", 0);
        paced("bytes", 0);
        for (ErrorCode code : ErrorCode.values()) {
            refusals(label(code));
        }
        refusals(TOO_MANY_HANDSHAKES);
    }

    /** Of each connection on its own. */
    public PathMetrics paths() {
        return paths;
    }

    public void received(long bytes) {
        in.increment(bytes);
    }

    public void sent(long bytes) {
        out.increment(bytes);
    }

    public void welcomed() {
        welcomed.increment();
    }

    public void paced(String limit) {
        paced(limit, 1);
    }

    public void refused(ErrorCode code) {
        refusals(label(code)).increment();
    }

    /** An address that begins too many connections; it is not answered. */
    public void handshakeDropped() {
        refusals(TOO_MANY_HANDSHAKES).increment();
    }

    private void paced(String limit, int times) {
        Counter.builder("agentdb.ratelimit.paced").tag("limit", limit)
                .description("How often clients were told to wait")
                .register(registry).increment(times);
    }

    private Counter refusals(String reason) {
        return Counter.builder("agentdb.quic.refused").tag("reason", reason)
                .description("Connections and requests that were refused")
                .register(registry);
    }

    private Counter wire(String direction) {
        return Counter.builder("agentdb.sync.wire.bytes").tag("direction", direction).baseUnit("bytes")
                .description("Bytes of frames, compressed").register(registry);
    }

    private static String label(ErrorCode code) {
        return code.name().toLowerCase(Locale.ROOT);
    }
}
