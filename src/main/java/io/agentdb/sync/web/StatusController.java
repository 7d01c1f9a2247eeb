package io.agentdb.sync.web;

import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.SyncLag;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.peers.Discovery;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.quic.server.ServerStatus;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.replica.feed.Fence;
import io.agentdb.sync.replica.feed.FenceHolder;
import io.agentdb.sync.replica.store.Additions;
import io.agentdb.sync.review.conflict.ConflictLog;
import io.agentdb.sync.run.SyncSettings;
import io.agentdb.sync.run.SyncState;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What this node is, holds and does. */
@RestController
@Tag(name = "status")
class StatusController {

    /**
     * How far peers can read.
     *
     * @param heldBackForSeconds the age of the oldest open write transaction: what has begun after it, no peer can read
     *     yet
     * @param heldBackBy that transaction, in whichever database of the server; null if there is none
     * @param holder the same, taken apart
     */
    record Feed(long fence, double heldBackForSeconds, @Nullable String heldBackBy, @Nullable FenceHolder holder) {
        static Feed of(Fence fence) {
            FenceHolder holder = fence.holder();
            return new Feed(fence.xid(), fence.age().toMillis() / 1000.0, holder == null ? null : holder.words(),
                    holder);
        }
    }

    record Sync(boolean auto, String interval, String conflictStrategy, int batchSize, List<SyncState.PeerState> state,
            List<SyncLag.PeerLag> backlog) { }

    /** @param lockedBy who holds locks on the records' tables, while a record is set aside for one */
    record Status(String nodeId, String actor, ServerStatus quic, Feed feed, Map<String, Long> records, long tombstones,
            long danglingEdges, long conflicts, long openConflicts, long quarantined, List<String> lockedBy, Sync sync,
            List<Discovery.Lookup> discovery, List<Additions.Addition> additions) { }

    /** Each reads everything, and any viewer may ask for it. */
    private final ConcurrencyLimit digests = new ConcurrencyLimit(2, "digests");
    private final LocalNode self;
    private final QuicServer server;
    private final NodeCounts inventory;
    private final ConflictLog conflicts;
    private final SyncCoordinator coordinator;
    private final SyncState state;
    private final SyncSettings settings;
    private final SyncLag lag;
    private final Discovery discovery;
    private final Additions additions;

    StatusController(LocalNode self, QuicServer server, NodeCounts inventory, ConflictLog conflicts,
            SyncCoordinator coordinator, SyncState state, SyncSettings settings, SyncLag lag, Discovery discovery,
            Additions additions) {
        this.self = self;
        this.server = server;
        this.inventory = inventory;
        this.conflicts = conflicts;
        this.coordinator = coordinator;
        this.state = state;
        this.settings = settings;
        this.lag = lag;
        this.discovery = discovery;
        this.additions = additions;
    }

    @GetMapping("/status")
    @Operation(operationId = "getStatus", summary = "The node, its listener, its feed, its records and its peers")
    Status status() {
        Map<String, Long> records = new LinkedHashMap<>();
        Kind.ALL.forEach(kind -> records.put(kind.name(), inventory.records(kind)));
        return new Status(self.nodeId().name(), self.actor().name(), server.status(),
                Feed.of(inventory.fence()), records, inventory.tombstones(),
                inventory.danglingEdges(), conflicts.count(), conflicts.open(), inventory.quarantined(),
                inventory.lockedBy(), new Sync(coordinator.autoSync(), settings.interval().toString(),
                        settings.conflictStrategy().label(), settings.batchSize(), state.all(), lag.all()),
                                discovery.lookups(), additions.look());
    }

    @GetMapping("/digests")
    @Operation(operationId = "getDigests",
            summary = "Count and content digest per kind: equal on two nodes when they hold the same memory",
            description = "Reads every record; 429 while two are under way.")
    @AnswersWith(429)
    List<NodeCounts.Digest> digests() {
        try (ConcurrencyLimit.Taken place = digests.take()) {
            return Kind.ALL.stream().map(inventory::digest).toList();
        }
    }
}
