package io.agentdb.sync.sync;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.Inventory;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Up to when a peer is known to be in sync: column {@code in_sync_as_of} of {@code sync_state}. Thread-safe. */
@Repository
class InSync {

    private final JdbcClient jdbc;
    private final Inventory inventory;
    private final Clock clock = Clock.systemUTC();

    InSync(JdbcClient jdbc, Inventory inventory) {
        this.jdbc = jdbc;
        this.inventory = inventory;
    }

    /** What was committed here before this instant is in the feed now: an open transaction holds back what began after it. */
    Instant now() {
        return clock.instant().minus(inventory.fence().age());
    }

    /**
     * After a run that succeeded. One of a selection or of some kinds says nothing about the rest, and a record that is set aside, or whose
     * conflict waits for a person, is not the same on both sides; unless a comparison has found both equal since.
     */
    void synced(String peer, String nodeId, RunScope scope, SyncReport report, Instant asOf) {
        if (scope.selection().everything() && scope.kinds().containsAll(Kind.ALL) && report.itemsQuarantined() == 0) {
            jdbc.sql("""
                    update sync_state set in_sync_as_of = :at where peer = :peer
                        and not exists (select 1 from conflicts where outcome = 'open' and peer_node = :node)
                        and not exists (select 1 from quarantine where peer_node = :node
                            and last_at >= coalesce(in_sync_as_of, '-infinity'))
                    """).param("at", Timestamp.from(asOf)).param("peer", peer).param("node", nodeId).update();
        }
    }

    /** After a comparison of all kinds that found no difference, or repaired all. */
    void equal(String peer, String nodeId, Instant asOf) {
        set(peer, nodeId, Timestamp.from(asOf));
    }

    /** After a comparison that left differences. */
    void different(String peer, String nodeId) {
        set(peer, nodeId, null);
    }

    private void set(String peer, String nodeId, Timestamp at) {
        jdbc.sql("""
                insert into sync_state (peer, node_id, in_sync_as_of) values (:peer, :node, :at::timestamptz)
                on conflict (peer) do update set node_id = excluded.node_id, in_sync_as_of = excluded.in_sync_as_of
                """).param("peer", peer).param("node", nodeId).param("at", at).update();
    }
}
