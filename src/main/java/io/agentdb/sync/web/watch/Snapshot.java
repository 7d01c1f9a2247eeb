package io.agentdb.sync.web.watch;

import io.agentdb.sync.coordinator.RunRecord;
import io.agentdb.sync.coordinator.SyncLag.PeerLag;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerPauses.PeerPause;
import io.agentdb.sync.replica.feed.Fence;
import io.agentdb.sync.replica.feed.FenceHolder;
import io.agentdb.sync.run.SyncState.PeerState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The node as it was at one moment.
 *
 * @param records per kind, about how many
 * @param conflicts that wait for a person, per kind
 * @param quarantined records that could not be stored
 * @param auto whether automatic sync is on
 * @param pausedAll the pause of all peers; null if there is none
 * @param runs the newest and all that go on, oldest first
 * @param failure why there is no newer snapshot; null while there is
 */
public record Snapshot(Instant at, Map<String, Double> records, Map<Kind, Long> conflicts, long quarantined,
        boolean auto, @Nullable PeerPause pausedAll, Fence fence, List<PeerNow> peers, List<RunRecord> runs,
        @Nullable String failure) {

    /** Every write holds the fence back while it goes on. */
    private static final Duration WORTH_TELLING = Duration.ofSeconds(2);

    /**
     * One peer.
     *
     * @param self whether this very node answers there
     * @param pause null while it is not paused
     * @param state null if there has been no run with it
     * @param backlog what it has not acknowledged, per kind, as it was counted last; empty where that is not known
     * @param run the one under way that exchanges records; null if there is none
     */
    public record PeerNow(Peer peer, boolean self, @Nullable PeerPause pause, @Nullable PeerState state,
            List<PeerLag> backlog, @Nullable RunRecord run) {

        /** Records that it has not acknowledged; -1 where that is not known. */
        public long waiting() {
            return backlog.isEmpty() ? -1 : backlog.stream().mapToLong(PeerLag::backlog).sum();
        }

        /** Age of the oldest of them. */
        public double lagSeconds() {
            return backlog.stream().mapToDouble(PeerLag::lagSeconds).max().orElse(0);
        }
    }

    Snapshot failed(String why) {
        return new Snapshot(at, records, conflicts, quarantined, auto, pausedAll, fence, peers, runs, why);
    }

    /** Conflicts of all kinds that wait for a person. */
    public long openConflicts() {
        return conflicts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The transaction that has held sync back for longer than any write takes; null if none has. */
    public @Nullable FenceHolder heldUpBy() {
        return fence.age().compareTo(WORTH_TELLING) >= 0 ? fence.holder() : null;
    }

    /** A word that changes with what a part of a page shows. */
    public String part(String name) {
        return Integer.toHexString(switch (name) {
            case "counts" -> List.of(openConflicts(), quarantined, failure == null).hashCode();
            case "peers" -> List.of(peers, auto, failure == null).hashCode();
            case "runs" -> List.of(runs, failure == null).hashCode();
            default -> List.of(records, String.valueOf(heldUpBy()), auto, String.valueOf(pausedAll), openConflicts(),
                    quarantined, failure == null).hashCode();
        });
    }
}
