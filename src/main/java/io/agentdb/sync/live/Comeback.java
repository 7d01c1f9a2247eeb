package io.agentdb.sync.live;

import io.agentdb.sync.peers.PeerName;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Has a run made with a peer whose live sync has ended, again and again, less and less often, until it goes on. A peer
 * that lets itself be followed and ends it at once is asked no more often than one that is away. Thread-safe.
 */
final class Comeback {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final Later later;
    private final Duration longestPause;
    private final Predicate<PeerName> followed;
    private final Map<PeerName, Integer> failures = new HashMap<>();
    /** For whom a run is due after a pause. */
    private final Map<PeerName, Runnable> waiting = new HashMap<>();

    Comeback(Later later, Duration longestPause, Predicate<PeerName> followed) {
        this.later = later;
        this.longestPause = longestPause;
        this.followed = followed;
    }

    /**
     * @param stood for how long it had gone on
     * @param runDue does not block
     */
    synchronized void ended(PeerName peer, Duration stood, Runnable runDue) {
        if (stood.compareTo(longestPause) > 0) {
            failures.remove(peer);
        }
        if (waiting.putIfAbsent(peer, runDue) == null) {
            pause(peer, runDue);
        }
    }

    /** For all others, nobody waits any more. */
    synchronized void keepOnly(Set<PeerName> peers) {
        failures.keySet().retainAll(peers);
        waiting.keySet().retainAll(peers);
    }

    /** Another process of this node follows that peer. */
    synchronized void forget(PeerName peer) {
        failures.remove(peer);
        waiting.remove(peer);
    }

    private void pause(PeerName peer, Runnable runDue) {
        int before = failures.merge(peer, 1, Integer::sum) - 1;
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(before, 20));
        later.after(pause.compareTo(longestPause) < 0 ? pause : longestPause, () -> comeBack(peer, runDue));
    }

    private void comeBack(PeerName peer, Runnable runDue) {
        synchronized (this) {
            if (waiting.get(peer) != runDue) {
                return;
            }
            if (followed.test(peer)) {
                waiting.remove(peer);
                return;
            }
            pause(peer, runDue);
        }
        runDue.run();
    }
}
