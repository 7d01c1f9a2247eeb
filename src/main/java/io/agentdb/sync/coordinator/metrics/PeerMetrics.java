package io.agentdb.sync.coordinator.metrics;

import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.run.SyncMetrics;
import io.agentdb.sync.run.SyncState;
import io.agentdb.sync.telemetry.LabelledGauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * How it stands with each configured peer, from {@code sync_state}: it survives restarts, and is the same in every
 * process of the node. A peer that was never tried has no line, since an instant of zero would read as decades without
 * a sync.
 */
@Component
class PeerMetrics {

    private static final Logger log = LoggerFactory.getLogger(PeerMetrics.class);

    private final Peers peers;
    private final SyncState state;
    private final SyncMetrics counters;
    private final LabelledGauge lastSuccess;
    private final LabelledGauge inSync;
    private final LabelledGauge failures;
    private final LabelledGauge paused;
    private final PeerPauses pauses;

    PeerMetrics(Peers peers, SyncState state, PeerPauses pauses, SyncMetrics counters, MeterRegistry registry) {
        this.peers = peers;
        this.state = state;
        this.pauses = pauses;
        this.counters = counters;
        this.lastSuccess = new LabelledGauge(MultiGauge.builder("agentdb.sync.last.success.timestamp")
                .baseUnit("seconds")
                .description("When the last run with the peer that succeeded was done, since 1970"), registry);
        this.inSync = new LabelledGauge(MultiGauge.builder("agentdb.sync.in.sync.timestamp").baseUnit("seconds")
                .description("What was written on either side before this instant is on both, since 1970"), registry);
        this.failures = new LabelledGauge(MultiGauge.builder("agentdb.sync.failures.in.a.row")
                .description("Runs with the peer that have failed since the last one that succeeded"), registry);
        this.paused = new LabelledGauge(MultiGauge.builder("agentdb.sync.paused")
                .description("1 while a person has the peer left alone"), registry);
    }

    @Scheduled(fixedDelayString = "${agentdb.sync.lag-interval:15s}")
    void refresh() {
        try {
            Set<PeerName> names = peers.all().stream().filter(peer -> !peers.isSelf(peer)).map(Peer::name)
                    .collect(Collectors.toSet());
            names.forEach(counters::expect);
            PeerPauses.Pauses now = pauses.now();
            paused.set(names.stream().collect(Collectors.toMap(name -> Tags.of("peer", name.text()),
                    name -> now.of(name).isPresent() ? 1 : 0)));
            // A peer that is none any more would be complained about for ever.
            List<SyncState.PeerState> rows = state.all().stream()
                    .filter(row -> names.contains(new PeerName(row.peer()))).toList();
            lastSuccess.set(seconds(rows, SyncState.PeerState::lastSyncAt));
            inSync.set(seconds(rows, SyncState.PeerState::inSyncAsOf));
            failures.set(rows.stream().collect(Collectors.toMap(
                    PeerMetrics::tags, SyncState.PeerState::failuresInARow)));
        } catch (DataAccessException e) {
            log.debug("The state of the peers cannot be read now", e);
        }
    }

    private static Map<Tags, Double> seconds(
            List<SyncState.PeerState> rows, Function<SyncState.PeerState, @Nullable Instant> instant) {
        return rows.stream().filter(row -> instant.apply(row) != null)
                .collect(Collectors.toMap(PeerMetrics::tags, row -> instant.apply(row).toEpochMilli() / 1000.0));
    }

    private static Tags tags(SyncState.PeerState row) {
        return Tags.of("peer", row.peer());
    }
}
