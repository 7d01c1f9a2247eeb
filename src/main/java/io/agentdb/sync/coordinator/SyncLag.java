package io.agentdb.sync.coordinator;

import io.agentdb.sync.node.NodeIdentity;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.replica.feed.Backlogs;
import io.agentdb.sync.replica.feed.Backlogs.Backlog;
import io.agentdb.sync.telemetry.LabelledGauge;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * How far each peer is behind this node's feed, counted from what it has acknowledged. Refreshed now and then.
 */
@Component
public class SyncLag {

    private static final Logger log = LoggerFactory.getLogger(SyncLag.class);

    /**
     * @param backlog records that the peer has not acknowledged
     * @param lagSeconds age of the oldest of them, on this node's clock
     */
    public record PeerLag(String peerNode, String kind, long backlog, double lagSeconds) { }

    private final Backlogs counts;
    private final NodeIdentity self;
    private final NodeCounts inventory;
    private final LabelledGauge backlogs;
    private final LabelledGauge lags;
    private volatile double fenceAge;
    private volatile List<PeerLag> last = List.of();

    SyncLag(Backlogs counts, NodeIdentity self, NodeCounts inventory, MeterRegistry registry) {
        this.counts = counts;
        this.self = self;
        this.inventory = inventory;
        this.backlogs = new LabelledGauge(MultiGauge.builder("agentdb.sync.backlog.records")
                .description("Records that the peer has not acknowledged"), registry);
        this.lags = new LabelledGauge(MultiGauge.builder("agentdb.sync.lag").baseUnit("seconds")
                .description("Age of the oldest record that the peer has not acknowledged"), registry);
        Gauge.builder("agentdb.sync.fence.age", this, lag -> lag.fenceAge).baseUnit("seconds")
                .description("Age of the oldest open write transaction: peers cannot read what was written since")
                .register(registry);
    }

    /** As it is, or where counting takes long, as it was a while ago: see {@link Backlogs}. */
    public List<PeerLag> all() {
        return counts.of(self.actor()).stream().map(SyncLag::lag).toList();
    }

    /** As it was counted last, some seconds ago: empty before that. Does not block. */
    public List<PeerLag> last() {
        return last;
    }

    @Scheduled(fixedDelayString = "${agentdb.sync.lag-interval:15s}")
    void refresh() {
        try {
            List<PeerLag> all = all();
            last = List.copyOf(all);
            backlogs.set(all.stream().collect(Collectors.toMap(SyncLag::tags, PeerLag::backlog)));
            lags.set(all.stream().collect(Collectors.toMap(SyncLag::tags, PeerLag::lagSeconds)));
            fenceAge = inventory.fence().age().toMillis() / 1000.0;
        } catch (DataAccessException e) {
            log.debug("The backlog cannot be counted now", e);
        }
    }

    private static PeerLag lag(Backlog backlog) {
        double age = backlog.oldest() == null ? 0
                : Math.max(0, Duration.between(backlog.oldest(), Instant.now()).toMillis() / 1000.0);
        return new PeerLag(backlog.peerNode().name(), backlog.kind().name(), backlog.records(), age);
    }

    private static Tags tags(PeerLag lag) {
        return Tags.of("peer", lag.peerNode(), "kind", lag.kind());
    }
}
