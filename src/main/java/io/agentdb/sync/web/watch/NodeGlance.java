package io.agentdb.sync.web.watch;

import io.agentdb.sync.coordinator.RunRecord;
import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.SyncLag;
import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.coordinator.SyncRuns;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.quic.server.ServerStatus;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.replica.feed.Fence;
import io.agentdb.sync.replica.feed.FenceHolder;
import io.agentdb.sync.review.conflict.ConflictArchive;
import io.agentdb.sync.run.SyncProgress;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.run.SyncState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the node is at, by parts, each as JSON: at the cost of a few small queries, whatever the memory's size.
 * Thread-safe; blocks on the database.
 */
@Component
class NodeGlance {

    private static final int RUNS = 20;
    /** Every write holds the fence back while it goes on. */
    private static final int WORTH_TELLING_SECONDS = 2;

    /** @param why what keeps it from answering; absent if it does */
    record DatabaseGlance(boolean answers, @Nullable String why) { }

    /**
     * @param records per kind, about as many as there are
     * @param heldBackForSeconds 0 while peers can read everything but what is being written
     * @param holder the transaction that holds them back; absent if none does
     */
    record StatusGlance(String nodeId, String actor, boolean auto, ServerStatus quic, Map<String, Long> records,
            long quarantined, long heldBackForSeconds, @Nullable FenceHolder holder) { }

    /**
     * @param state as in {@code GET /sync/state}; absent before the first run
     * @param backlog as in {@code GET /status}, as it was counted last
     */
    record PeerGlance(String name, String address, boolean self, SyncState.@Nullable PeerState state,
            List<SyncLag.PeerLag> backlog) { }

    record RunGlance(UUID id, String peer, SyncRun.State state, boolean automatic, int attempts, Instant startedAt,
            List<SyncProgress> progress, @Nullable SyncReport report) {
        static RunGlance of(RunRecord run) {
            return new RunGlance(run.id(), run.peer().text(), run.state(), run.automatic(), run.attempts(),
                    run.startedAt(), run.progress(), run.report());
        }
    }

    private final LocalNode self;
    private final QuicServer server;
    private final NodeCounts counts;
    private final ConflictArchive conflicts;
    private final SyncCoordinator coordinator;
    private final SyncRuns runs;
    private final SyncState state;
    private final SyncLag lag;
    private final Peers peers;
    private final JsonMapper json;

    NodeGlance(LocalNode self, QuicServer server, NodeCounts counts, ConflictArchive conflicts,
            SyncCoordinator coordinator, SyncRuns runs, SyncState state, SyncLag lag, Peers peers, JsonMapper json) {
        this.self = self;
        this.server = server;
        this.counts = counts;
        this.conflicts = conflicts;
        this.coordinator = coordinator;
        this.runs = runs;
        this.state = state;
        this.lag = lag;
        this.peers = peers;
        this.json = json;
    }

    /** By part. If the database does not answer, only that: the rest is not nothing, but unknown. */
    Map<String, String> take() {
        Map<String, Object> parts = new LinkedHashMap<>();
        try {
            parts.put("status", status());
            parts.put("peers", peers());
            List<RunRecord> all = runs.all();
            parts.put("runs", all.subList(Math.max(0, all.size() - RUNS), all.size()).stream().map(RunGlance::of)
                    .toList());
            parts.put("conflicts", Map.of("open", conflicts.open()));
            parts.put("database", new DatabaseGlance(true, null));
        } catch (DataAccessException | TransactionException e) {
            parts.clear();
            parts.put("database", new DatabaseGlance(false,
                    DatabaseFailure.remedy(e).orElseGet(() -> DatabaseFailure.words(e))));
        }
        Map<String, String> written = new LinkedHashMap<>();
        parts.forEach((part, value) -> written.put(part, json.writeValueAsString(value)));
        return written;
    }

    private StatusGlance status() {
        Fence fence = counts.fence();
        boolean held = fence.age().toSeconds() >= WORTH_TELLING_SECONDS;
        Map<String, Long> records = new LinkedHashMap<>();
        Kind.ALL.forEach(kind -> records.put(kind.name(), Math.round(counts.estimatedRecords(kind))));
        return new StatusGlance(self.nodeId().name(), self.actor().name(), coordinator.autoSync(), server.status(),
                records, counts.quarantined(), held ? fence.age().toSeconds() : 0, held ? fence.holder() : null);
    }

    private List<PeerGlance> peers() {
        Map<String, SyncState.PeerState> states = new LinkedHashMap<>();
        state.all().forEach(one -> states.put(one.peer(), one));
        List<SyncLag.PeerLag> lags = lag.last();
        List<PeerGlance> glances = new ArrayList<>();
        peers.all().forEach(peer -> {
            SyncState.PeerState known = states.get(peer.name().text());
            glances.add(new PeerGlance(peer.name().text(), peer.address().toString(), peers.isSelf(peer), known,
                    lags.stream().filter(one -> known != null && one.peerNode().equals(known.nodeId())).toList()));
        });
        return glances;
    }
}
