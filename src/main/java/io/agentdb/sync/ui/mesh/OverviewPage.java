package io.agentdb.sync.ui.mesh;

import io.agentdb.sync.ui.words.PeerStanding;
import io.agentdb.sync.ui.words.PeerStanding.Standing;
import io.agentdb.sync.ui.words.Wording;
import io.agentdb.sync.web.watch.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the overview says of all peers together. Pure. */
final class OverviewPage {

    private OverviewPage() {
    }

    static List<PeerStanding> standings(Snapshot now, Duration interval) {
        return now.peers().stream().map(peer -> PeerStanding.of(peer, now, interval)).toList();
    }

    /** {@code In sync with 1 of 3 nodes, 1 is behind, 1 cannot be reached: 1,204 records wait, nothing is lost.} */
    static String sentence(List<PeerStanding> all, long openConflicts) {
        List<PeerStanding> peers = all.stream().filter(peer -> peer.state() != Standing.SELF).toList();
        if (peers.isEmpty()) {
            return "This node has no peers yet, and keeps its memory to itself.";
        }
        List<String> parts = new ArrayList<>();
        parts.add("In sync with " + count(peers, Standing.IN_SYNC) + " of "
                + Wording.count(peers.size(), "node", "nodes"));
        add(parts, count(peers, Standing.SYNCHRONIZED), "is synchronized and not known to hold the same",
                "are synchronized and not known to hold the same");
        add(parts, count(peers, Standing.BUSY), "is synchronizing now", "are synchronizing now");
        add(parts, count(peers, Standing.BEHIND), "is behind", "are behind");
        add(parts, count(peers, Standing.AWAY), "failed", "failed");
        add(parts, count(peers, Standing.PAUSED), "is paused", "are paused");
        add(parts, count(peers, Standing.THEIRS), "is not reached and dials itself",
                "are not reached and dial themselves");
        add(parts, count(peers, Standing.NEW), "has not been synchronized yet", "have not been synchronized yet");
        add(parts, openConflicts, "conflict is open", "conflicts are open");
        long waiting = peers.stream().mapToLong(peer -> Math.max(0, peer.now().waiting())).sum();
        return String.join(", ", parts) + (waiting == 0 ? "." : ": "
                + Wording.count(waiting, "record waits", "records wait") + ", nothing is lost.");
    }

    private static long count(List<PeerStanding> peers, Standing state) {
        return peers.stream().filter(peer -> peer.state() == state).count();
    }

    private static void add(List<String> parts, long count, String one, String many) {
        if (count > 0) {
            parts.add(count + " " + (count == 1 ? one : many));
        }
    }
}
