package io.agentdb.sync.run;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.PeerHistory;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.version.NodeId;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Table {@code sync_state}: one row per peer. */
@Repository
public class SyncState implements PeerHistory {

    /**
     * One peer's row.
     *
     * @param lastFailure of {@link SyncFailure}; null when the last run succeeded
     * @param nextAttemptAt before then automatic sync leaves the peer alone; null when it does not
     * @param inSyncAsOf what was written on either side before this instant of our clock is on both; null when that is
     *     not known
     */
    public record PeerState(String peer, @Nullable String nodeId, @Nullable Instant lastSyncAt,
            @Nullable Instant lastEpisodeSync,
            @Nullable Instant lastSkillSync, @Nullable Instant lastEdgeSync, long totalItemsSynced,
            long totalBytesSynced, long syncCount,
            @Nullable String lastError, @Nullable Instant lastErrorAt, @Nullable String lastFailure, int failuresInARow,
            @Nullable Instant nextAttemptAt, @Nullable Instant inSyncAsOf) { }

    private final JdbcClient jdbc;

    public SyncState(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public List<PeerState> all() {
        return jdbc.sql("select * from sync_state order by peer").query((row, i) -> new PeerState(row.getString("peer"),
                row.getString("node_id"), instant(row.getTimestamp("last_sync_at")),
                instant(row.getTimestamp("last_episode_sync")), instant(row.getTimestamp("last_skill_sync")),
                instant(row.getTimestamp("last_edge_sync")), row.getLong("total_items_synced"),
                row.getLong("total_bytes_synced"), row.getLong("sync_count"), row.getString("last_error"),
                instant(row.getTimestamp("last_error_at")),
                row.getString("last_failure"), row.getInt("failures_in_a_row"),
                instant(row.getTimestamp("next_attempt_at")), instant(row.getTimestamp("in_sync_as_of")))).list();
    }

    public void succeeded(PeerName peer, NodeId node, List<Kind> kinds, SyncReport report) {
        jdbc.sql("""
                insert into sync_state as s (peer, node_id, last_sync_at, last_episode_sync, last_skill_sync,
                    last_edge_sync, total_items_synced, total_bytes_synced, sync_count)
                values (:peer, :node, now(), case when :episodes then now() end, case when :skills then now() end,
                    case when :edges then now() end, :items, :bytes, 1)
                on conflict (peer) do update set node_id = excluded.node_id, last_sync_at = excluded.last_sync_at,
                    last_episode_sync = coalesce(excluded.last_episode_sync, s.last_episode_sync),
                    last_skill_sync = coalesce(excluded.last_skill_sync, s.last_skill_sync),
                    last_edge_sync = coalesce(excluded.last_edge_sync, s.last_edge_sync),
                    total_items_synced = s.total_items_synced + excluded.total_items_synced,
                    total_bytes_synced = s.total_bytes_synced + excluded.total_bytes_synced,
                    sync_count = s.sync_count + 1, last_error = null, last_error_at = null,
                    last_failure = null, failures_in_a_row = 0, next_attempt_at = null
                """).param("peer", peer.text()).param("node", node.name())
                .param("episodes", kinds.contains(Kind.EPISODES))
                .param("skills", kinds.contains(Kind.SKILLS)).param("edges", kinds.contains(Kind.EDGES))
                .param("items", report.itemsPushed() + report.itemsPulled()).param("bytes", report.bytesTransferred())
                .update();
    }

    /** Counts what was exchanged between two runs. */
    public void carried(PeerName peer, long items, long bytes) {
        jdbc.sql("""
                update sync_state set last_sync_at = now(), total_items_synced = total_items_synced + :items,
                    total_bytes_synced = total_bytes_synced + :bytes where peer = :peer
                """).param("items", items).param("bytes", bytes).param("peer", peer.text()).update();
    }

    /** What a run did that somebody has ended; nothing follows from its end. */
    public void cancelled(PeerName peer, SyncReport report) {
        jdbc.sql("""
                update sync_state set total_items_synced = total_items_synced + :items,
                    total_bytes_synced = total_bytes_synced + :bytes where peer = :peer
                """).param("items", report.itemsPushed() + report.itemsPulled())
                .param("bytes", report.bytesTransferred()).param("peer", peer.text()).update();
    }

    /**
     * What a failed run did is counted too: its batches are applied.
     *
     * @return how many runs in a row have failed
     */
    public int failed(PeerName peer, SyncReport report) {
        return jdbc.sql("""
                insert into sync_state as s (peer, total_items_synced, total_bytes_synced, last_error, last_error_at,
                    last_failure, failures_in_a_row) values (:peer, :items, :bytes, :error, now(), :failure, 1)
                on conflict (peer) do update set last_error = excluded.last_error,
                    last_error_at = excluded.last_error_at,
                    last_failure = excluded.last_failure, failures_in_a_row = s.failures_in_a_row + 1,
                    total_items_synced = s.total_items_synced + excluded.total_items_synced,
                    total_bytes_synced = s.total_bytes_synced + excluded.total_bytes_synced
                returning failures_in_a_row
                """).param("peer", peer.text()).param("items", report.itemsPushed() + report.itemsPulled())
                .param("bytes", report.bytesTransferred()).param("failure", report.failure())
                .param("error", String.join("; ", report.errors())).query(Integer.class).single();
    }

    public void leaveAlone(PeerName peer, Instant until) {
        jdbc.sql("update sync_state set next_attempt_at = :until where peer = :peer")
                .param("until", Timestamp.from(until))
                .param("peer", peer.text()).update();
    }

    /**
     * The peers that automatic sync leaves alone at that time. For longer than it ever does means that the clock has
     * been set back.
     */
    public Set<PeerName> leftAlone(Instant now) {
        return Set.copyOf(
                jdbc.sql("select peer from sync_state where next_attempt_at > :now and next_attempt_at <= :latest")
                .param("now", Timestamp.from(now)).param("latest", Timestamp.from(now.plus(FailureBackoff.LONGEST)))
                        .query((row, i) -> new PeerName(row.getString(1))).list());
    }

    @Override
    public void answersAnew(PeerName peer) {
        jdbc.sql("update sync_state set node_id = null where peer = ?").param(peer.text()).update();
    }

    @Override
    public void forget(PeerName peer) {
        jdbc.sql("delete from sync_state where peer = ?").param(peer.text()).update();
    }

    /**
     * Addresses behind a name come and go.
     *
     * @param before how long those must have rested that are no peers any more
     */
    public void forgetOthers(Collection<PeerName> peers, Instant before) {
        jdbc.sql("""
                delete from sync_state where not peer = any (:peers)
                    and greatest(last_sync_at, last_error_at, in_sync_as_of, '-infinity') < :before
                """).param("peers", peers.stream().map(PeerName::text).toArray(String[]::new))
                .param("before", Timestamp.from(before)).update();
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
