package io.agentdb.sync.coordinator;

import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.postgres.DatabaseStep;
import io.agentdb.sync.run.SyncSettings;
import io.agentdb.sync.version.NodeId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.info.BuildProperties;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Which node this process is, and what it is doing. What the database knows is looked at now and then: a scrape must
 * not wait for it.
 */
@Component
@Order(4)
class NodeMetrics implements DatabaseStep {

    private static final Logger log = LoggerFactory.getLogger(NodeMetrics.class);

    private final LocalNode self;
    private final Optional<BuildProperties> build;
    private final AutoSync auto;
    private final MeterRegistry registry;
    private boolean named;

    NodeMetrics(LocalNode self, NodeHome home, Optional<BuildProperties> build, AutoSync auto, SyncSettings settings,
            SyncRuns runs, MeterRegistry registry) {
        this.self = self;
        this.build = build;
        this.auto = auto;
        this.registry = registry;
        named = home.nodeId().isPresent();
        home.nodeId().ifPresent(this::tell);
        Gauge.builder("agentdb.sync.auto", auto, AutoSync::seen).description("1 while automatic sync is on")
                .register(registry);
        Gauge.builder("agentdb.sync.auto.configured", () -> settings.auto() ? 1 : 0)
                .description("1 if the configuration has automatic sync on, whatever somebody has switched since")
                .register(registry);
        Gauge.builder("agentdb.sync.interval", () -> settings.interval().toMillis() / 1000.0).baseUnit("seconds")
                .description("Time between automatic syncs, as configured").register(registry);
        Gauge.builder("agentdb.sync.runs.active", runs, SyncRuns::active)
                .description("Runs of this process that wait or go on").register(registry);
    }

    /** The database may be the only one that knows the node's name. */
    @Override
    public void take() {
        // A step is taken again if a later one fails, and a second registration is warned of.
        if (!named) {
            tell(self.nodeId());
            named = true;
        }
    }

    private void tell(NodeId node) {
        // What names Kubernetes' machines is called node as well, and wins where the scrape says so.
        Gauge.builder("agentdb.node.info", () -> 1).tags("node", node.name(), "node_id", node.name())
                .tag("version", build.map(BuildProperties::getVersion).orElse("unknown"))
                .description("Always 1: names the node and its version").register(registry);
    }

    @Scheduled(fixedDelayString = "${agentdb.sync.lag-interval:15s}")
    void refresh() {
        try {
            auto.enabled();
        } catch (DataAccessException e) {
            log.debug("Whether automatic sync is on cannot be looked up now", e);
        }
    }
}
