package io.agentdb.sync.ui.live;

import io.agentdb.sync.coordinator.RunRecord;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerPauses.PeerPause;
import io.agentdb.sync.replica.feed.Fence;
import io.agentdb.sync.run.SyncState.PeerState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The node as it was at one moment.
 *
 * @param records per kind, about how many
 * @param openConflicts that wait for a person
 * @param quarantined records that could not be stored
 * @param auto whether automatic sync is on
 * @param pausedAll the pause of all peers; null if there is none
 * @param failure why there is no newer one; null while there is
 */
public record Snapshot(Instant at, Map<String, Double> records, long openConflicts, long quarantined, boolean auto,
        @Nullable PeerPause pausedAll, Fence fence, List<PeerNow> peers, @Nullable String failure) {

    /**
     * One peer.
     *
     * @param self whether this very node answers there
     * @param pause null while it is not paused
     * @param state null if there has been no run with it
     * @param waiting records that it has not acknowledged; -1 where that is not known
     * @param lagSeconds age of the oldest of them
     * @param run the one under way; null if there is none
     */
    public record PeerNow(Peer peer, boolean self, @Nullable PeerPause pause, @Nullable PeerState state, long waiting,
            double lagSeconds, @Nullable RunRecord run) { }

    Snapshot failed(String why) {
        return new Snapshot(at, records, openConflicts, quarantined, auto, pausedAll, fence, peers, why);
    }

    /** A word that changes with what a part of a page shows. */
    public String part(String name) {
        return Integer.toHexString(switch (name) {
            case "counts" -> List.of(openConflicts, quarantined, failure == null).hashCode();
            case "peers" -> List.of(peers, auto, failure == null).hashCode();
            default -> List.of(records, fence.holder() == null, auto, String.valueOf(pausedAll), openConflicts,
                    quarantined, failure == null).hashCode();
        });
    }
}
