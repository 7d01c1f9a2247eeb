package io.agentdb.sync.web.watch;

import io.agentdb.sync.coordinator.SyncLag;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.peers.PeerPauses.PeerPause;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.quic.server.ServerStatus;
import io.agentdb.sync.replica.feed.FenceHolder;
import io.agentdb.sync.run.SyncState;
import io.agentdb.sync.web.sync.PeerView.PausedView;
import io.agentdb.sync.web.sync.RunView;
import io.agentdb.sync.web.watch.Snapshot.PeerNow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** A snapshot as those read it who listen to {@code GET /events}: by parts, each as JSON. Thread-safe. */
@Component
class NodeGlance implements NodeStream.Telling {

    /** @param why what keeps it from answering; absent if it does */
    record DatabaseGlance(boolean answers, @Nullable String why) { }

    /**
     * @param pausedAll the pause of all peers; absent if there is none
     * @param records per kind, about as many as there are
     * @param heldBackForSeconds 0 while peers can read everything but what is being written
     * @param holder the transaction that holds them back; absent if none does
     */
    record StatusGlance(String nodeId, String actor, boolean auto, @Nullable PausedView pausedAll, ServerStatus quic,
            Map<String, Long> records, long quarantined, long heldBackForSeconds, @Nullable FenceHolder holder) { }

    /**
     * @param paused as in {@code GET /peers}; absent while it is not
     * @param state as in {@code GET /sync/state}; absent before the first run
     * @param backlog as in {@code GET /status}, as it was counted last
     */
    record PeerGlance(String name, String address, boolean self, @Nullable PausedView paused,
            SyncState.@Nullable PeerState state, List<SyncLag.PeerLag> backlog) {
        static PeerGlance of(PeerNow now) {
            return new PeerGlance(now.peer().name().text(), now.peer().address().toString(), now.self(),
                    view(now.pause()), now.state(), now.backlog());
        }
    }

    private final LocalNode self;
    private final QuicServer server;
    private final JsonMapper json;

    NodeGlance(LocalNode self, QuicServer server, JsonMapper json) {
        this.self = self;
        this.server = server;
        this.json = json;
    }

    /** If the database does not answer, only that: the rest is not nothing, but unknown. */
    @Override
    public Map<String, String> of(@Nullable Snapshot now, @Nullable String failure) {
        Map<String, Object> parts = new LinkedHashMap<>();
        if (now != null && failure == null) {
            parts.put("status", status(now));
            parts.put("peers", now.peers().stream().map(PeerGlance::of).toList());
            parts.put("runs", now.runs().stream().map(RunView::of).toList());
            parts.put("conflicts", Map.of("open", now.conflicts()));
        }
        parts.put("database", new DatabaseGlance(failure == null, failure));
        Map<String, String> written = new LinkedHashMap<>();
        parts.forEach((part, value) -> written.put(part, json.writeValueAsString(value)));
        return written;
    }

    private StatusGlance status(Snapshot now) {
        FenceHolder holder = now.heldUpBy();
        Map<String, Long> records = new LinkedHashMap<>();
        now.records().forEach((kind, count) -> records.put(kind, Math.round(count)));
        return new StatusGlance(self.nodeId().name(), self.actor().name(), now.auto(), view(now.pausedAll()),
                server.status(), records, now.quarantined(),
                holder == null ? 0 : now.fence().age().toSeconds(), holder);
    }

    private static @Nullable PausedView view(@Nullable PeerPause pause) {
        return pause == null ? null : PausedView.of(pause);
    }
}
