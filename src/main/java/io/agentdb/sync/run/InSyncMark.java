package io.agentdb.sync.run;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.version.NodeId;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Up to when a peer is known to be in sync: column {@code in_sync_as_of} of {@code sync_state}. Thread-safe. */
@Repository
public class InSyncMark {

    private final JdbcClient jdbc;
    private final NodeCounts inventory;
    private final Clock clock = Clock.systemUTC();

    InSyncMark(JdbcClient jdbc, NodeCounts inventory) {
        this.jdbc = jdbc;
        this.inventory = inventory;
    }

    /**
     * What was committed here before this instant is in the feed now: an open transaction holds back what began after
     * it.
     */
    public Instant now() {
        return clock.instant().minus(inventory.fence().behind());
    }

    /**
     * After a run that succeeded. What stands in the future is no longer known, since the clock has been set back. One
     * in one direction, of a selection or of some kinds says nothing about the rest. A record that is set aside on
     * either side, or whose conflict waits for a person, is not the same on both, whoever it came from; unless a
     * comparison has found both equal since.
     *
     * @param asOf of this side
     * @param tally knows how far the other side's feed was behind its clock
     */
    public void synced(PeerName peer, RunScope scope, SyncReport report, Instant asOf, RunTally tally) {
        if (tally.setAsideThere() > 0) {
            jdbc.sql("update sync_state set set_aside_there = true where peer = :peer")
                    .param("peer", peer.text()).update();
        }
        if (scope.direction() == RunDirection.BOTH && scope.selection().everything()
                && scope.kinds().containsAll(Kind.ALL) && report.itemsQuarantined() == 0) {
            Instant there = report.startTime().minus(tally.peerBehind());
            jdbc.sql("""
                    update sync_state
                    set in_sync_as_of = greatest(case when in_sync_as_of <= now() then in_sync_as_of end, :at)
                    where peer = :peer and not set_aside_there
                        and not exists (select 1 from conflicts where outcome = 'open')
                        and not exists (select 1 from unsent)
                        and not exists (select 1 from quarantine where last_at >= coalesce(in_sync_as_of, '-infinity')
                            or in_sync_as_of > now())
                    """).param("at", Timestamp.from(asOf.isBefore(there) ? asOf : there)).param("peer", peer.text())
                    .update();
        }
    }

    /** After a comparison of all kinds that found no difference, or repaired all. */
    public void equal(PeerName peer, NodeId node, Instant asOf) {
        set(peer, node, Timestamp.from(asOf));
    }

    /** After a comparison that left differences. */
    public void different(PeerName peer, NodeId node) {
        set(peer, node, null);
    }

    private void set(PeerName peer, NodeId node, @Nullable Timestamp at) {
        jdbc.sql("""
                insert into sync_state (peer, node_id, in_sync_as_of) values (:peer, :node, :at::timestamptz)
                on conflict (peer) do update set node_id = excluded.node_id, in_sync_as_of = excluded.in_sync_as_of,
                    set_aside_there = sync_state.set_aside_there and excluded.in_sync_as_of is null
                """).param("peer", peer.text()).param("node", node.name()).param("at", at).update();
    }
}
