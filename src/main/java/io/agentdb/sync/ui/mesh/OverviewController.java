package io.agentdb.sync.ui.mesh;

import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.run.SyncSettings;
import io.agentdb.sync.ui.Form;
import io.agentdb.sync.ui.live.Trend;
import io.agentdb.sync.ui.words.MeshPicture;
import io.agentdb.sync.ui.words.PeerStanding;
import io.agentdb.sync.web.watch.Snapshot;
import io.agentdb.sync.web.watch.Snapshots;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import tools.jackson.databind.json.JsonMapper;

/** Whether this node is in sync, with whom it is not, why, and what waits. */
@Controller
class OverviewController {

    private final Snapshots snapshots;
    private final Trend trend;
    private final LocalNode self;
    private final QuicServer server;
    private final SyncSettings settings;
    private final SyncCoordinator coordinator;
    private final JsonMapper json;

    OverviewController(Snapshots snapshots, Trend trend, LocalNode self, QuicServer server, SyncSettings settings,
            SyncCoordinator coordinator, JsonMapper json) {
        this.snapshots = snapshots;
        this.trend = trend;
        this.self = self;
        this.server = server;
        this.settings = settings;
        this.coordinator = coordinator;
        this.json = json;
    }

    @GetMapping("/ui/")
    String overview(Model model) {
        fill(model);
        model.addAttribute("active", "overview").addAttribute("trend", trend.table());
        return "ui/overview";
    }

    @GetMapping("/ui/parts/peers")
    String peers(Model model) {
        fill(model);
        return "ui/overview :: peers";
    }

    @GetMapping("/ui/parts/sentence")
    String sentence(Model model) {
        fill(model);
        return "ui/overview :: said";
    }

    @GetMapping("/ui/parts/node")
    String node(Model model) {
        fill(model);
        return "ui/overview :: cards";
    }

    /** What the charts draw. */
    @GetMapping("/ui/trend")
    ResponseEntity<String> trend() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON)
                .body(json.writeValueAsString(trend.lines()));
    }

    @PostMapping("/ui/sync/auto")
    String auto(Form form) {
        if (form.text("on").equals("true")) {
            coordinator.startAutoSync();
        } else {
            coordinator.stopAutoSync();
        }
        snapshots.changed();
        return "redirect:/ui/";
    }

    private void fill(Model model) {
        Snapshot now = snapshots.now();
        List<PeerStanding> peers = OverviewPage.standings(now, settings.interval());
        model.addAllAttributes(Map.of("now", now, "peers", peers, "sentence",
                OverviewPage.sentence(peers, now.openConflicts()), "mesh",
                MeshPicture.of(self.nodeId().name(), peers), "quic", server.status(), "actor", self.actor().name(),
                "interval", settings.interval()));
    }
}
