package io.agentdb.sync.example;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.quic.server.ServerStatus;
import io.agentdb.sync.review.conflict.ConflictLog;
import io.agentdb.sync.run.SyncState;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

/** What GET /status and GET /sync/state say, side by side. */
final class Statuses {

    private final ExampleNode local;
    private final ExampleNode remote;

    Statuses(ExampleNode local, ExampleNode remote) {
        this.local = local;
        this.remote = remote;
    }

    Table syncState() {
        Table table = new Table("sync_state of", "peer", "last sync", "syncs", "items", "bytes", "last error");
        for (SyncState.PeerState row : local.part(SyncState.class).all()) {
            table.row(local.name(), row.peer(), row.lastSyncAt() == null ? null
                    : row.lastSyncAt().truncatedTo(ChronoUnit.SECONDS), row.syncCount(), row.totalItemsSynced(),
                            row.totalBytesSynced(), row.lastError());
        }
        return table;
    }

    Table nodes() {
        Table table = new Table("status", local.name(), remote.name());
        line(table, "HTTP", ExampleNode::url);
        line(table, "QUIC, UDP", side -> Integer.toString(side.quic().port()));
        line(table, "token required", side -> status(side).tokenRequired() ? "yes" : "no");
        line(table, "connections, incoming", side -> status(side).connections() + " of "
                + status(side).maxConnections());
        line(table, "replica", side -> side.part(LocalNode.class).actor().name());
        for (Kind kind : Kind.ALL) {
            line(table, kind.name(), side -> side.inventory().records(kind));
        }
        line(table, "tombstones", side -> side.inventory().tombstones());
        line(table, "conflicts logged", side -> side.part(ConflictLog.class).count());
        line(table, "quarantined", side -> side.inventory().quarantined());
        return table;
    }

    private void line(Table table, String what, Function<ExampleNode, Object> value) {
        table.row(what, value.apply(local), value.apply(remote));
    }

    private static ServerStatus status(ExampleNode side) {
        return side.quic().status();
    }
}
