package io.agentdb.sync.coordinator;

import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.postgres.PromptHealth;
import io.agentdb.sync.run.SyncState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * {@code /actuator/health/peers}: how the last sync with each peer ended. A peer that is away is told here and does not
 * make this node unhealthy: restarting this one would not bring the other back.
 */
@Component("peersHealthIndicator")
class PeersHealth implements HealthIndicator {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** The database's own indicator says what is wrong with it. */
    private static final Health UNKNOWN = Health.unknown().withDetail("reason", "the database does not answer").build();

    private final Peers peers;
    private final SyncState state;
    private final PeerPauses pauses;
    private final PromptHealth check;

    PeersHealth(Peers peers, SyncState state, PeerPauses pauses) {
        this.peers = peers;
        this.state = state;
        this.pauses = pauses;
        this.check = new PromptHealth(this::asTheDatabaseSays, PATIENCE, UNKNOWN);
    }

    @Override
    public Health health() {
        return check.health();
    }

    private Health asTheDatabaseSays() {
        try {
            return Health.up().withDetails(details()).build();
        } catch (DataAccessException e) {
            // Thrown on, it would hide all the other indicators.
            return UNKNOWN;
        }
    }

    private Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        peers.all().forEach(peer -> details.put(peer.name().text(), peer.onlyTheyDial()
                ? "only it dials, and is not reached from here" : "not synchronized yet"));
        state.all().forEach(row -> details.computeIfPresent(row.peer(), (name, unknown) -> row.lastError() != null
                ? "failed at " + row.lastErrorAt() + ": " + row.lastError() : "synchronized at " + row.lastSyncAt()));
        PeerPauses.Pauses now = pauses.now();
        // Of one that is left alone, a failure before that is no news.
        details.replaceAll((name, told) -> now.of(new PeerName(name)).<Object>map(PeerPauses.PeerPause::words)
                .orElse(told));
        return details;
    }
}
