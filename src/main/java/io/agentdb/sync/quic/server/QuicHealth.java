package io.agentdb.sync.quic.server;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** {@code /actuator/health/quic}: whether the listener is open. */
@Component("quicHealthIndicator")
class QuicHealth implements HealthIndicator {

    private final QuicServer server;

    QuicHealth(QuicServer server) {
        this.server = server;
    }

    @Override
    public Health health() {
        ServerStatus status = server.status();
        return (status.running() ? Health.up() : Health.down()).withDetail("port", status.port())
                .withDetail("connections", status.connections()).build();
    }
}
