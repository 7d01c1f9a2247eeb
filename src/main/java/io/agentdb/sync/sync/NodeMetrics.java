package io.agentdb.sync.sync;

import io.agentdb.sync.replica.LocalNode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.springframework.boot.info.BuildProperties;
import org.springframework.stereotype.Component;

/** Which node this process is, and what it is doing. */
@Component
class NodeMetrics {

    NodeMetrics(LocalNode self, Optional<BuildProperties> build, SyncCoordinator coordinator, SyncRuns runs, MeterRegistry registry) {
        Gauge.builder("agentdb.node.info", () -> 1).tag("node", self.nodeId())
                .tag("version", build.map(BuildProperties::getVersion).orElse("unknown"))
                .description("Always 1: names the node and its version").register(registry);
        Gauge.builder("agentdb.sync.auto", coordinator, it -> it.autoSync() ? 1 : 0)
                .description("1 while automatic sync is on").register(registry);
        Gauge.builder("agentdb.sync.runs.active", runs, SyncRuns::active)
                .description("Runs of this process that wait or go on").register(registry);
    }
}
