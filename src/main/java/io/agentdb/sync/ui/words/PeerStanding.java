package io.agentdb.sync.ui.words;

import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.peers.PeerPauses.PeerPause;
import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.SyncProgress;
import io.agentdb.sync.run.SyncState.PeerState;
import io.agentdb.sync.web.watch.Snapshot;
import io.agentdb.sync.web.watch.Snapshot.PeerNow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with one peer, in words. Pure.
 *
 * @param sign in front of the label, since not everybody tells colours apart
 * @param since what the label is true as of; null if it names no time
 * @param details one sentence each
 * @param advice what there is to be done about a failure; null if there is none
 * @param next when it is tried again, or its pause ends; null if that is not known, or never
 * @param step the run under way; null if there is none, or nothing is counted yet
 */
public record PeerStanding(PeerNow now, Standing state, String sign, String label, @Nullable Instant since,
        List<String> details, @Nullable String advice, @Nullable Instant next, @Nullable SyncProgress step) {

    /** What colour, and which line in the picture. */
    public enum Standing {
        IN_SYNC("ok"),
        /** Its last run was well, and that both hold the same is not known. */
        SYNCHRONIZED("idle"), BUSY("warn"), BEHIND("warn"), AWAY("bad"), PAUSED("idle"), NEW("idle"),
        /** Only it dials: whether the two are in sync, it alone knows. */
        THEIRS("idle"), SELF("idle");

        private final String css;

        Standing(String css) {
            this.css = css;
        }

        public String css() {
            return css;
        }
    }

    private static final Map<String, String> LABELS = Map.of("unreachable", "unreachable", "timed-out", "no answer",
            "refused-auth", "not let in", "refused-limit", "sent away", "refused-version", "speaks another version",
            "refused-policy", "refused", "peer-fault", "failed there", "local-database", "database failed here",
            "outcome-unknown", "connection lost", "internal", "failed here");

    private static final Map<String, String> ADVICE = Map.of(
            "unreachable", "Nobody is there: is it started, and is its address right?",
            "timed-out", "Somebody may be there and did not answer. Does a firewall drop UDP?",
            "refused-auth", "A token or certificate does not hold on one of the two sides. Only its change helps.",
            "refused-limit", "It has too many connections, or has told this node to wait. It passes.",
            "refused-version", "The two do not speak the same protocol. Update the older one.",
            "refused-policy", "It knows this node and does not let it do this, or one of the two clocks is wrong.",
            "peer-fault", "It broke the protocol or could not answer. Its own log says more.",
            "local-database", "This node’s database failed. Health says more.",
            "outcome-unknown", "The connection was lost. Going on is safe, nothing is lost.",
            "internal", "This node’s log says more.");

    public static PeerStanding of(PeerNow peer, Snapshot all, Duration interval) {
        PeerState state = peer.state();
        if (peer.self()) {
            return plain(peer, Standing.SELF, "○", "this node itself", null,
                    List.of("Its address leads back here, and it is left out."));
        }
        if (peer.run() != null) {
            SyncProgress step = peer.run().progress().stream()
                    .filter(one -> one.phase() == Phase.PUSHING || one.phase() == Phase.PULLING)
                    .reduce((first, second) -> second).filter(one -> one.total() > 0).orElse(null);
            return new PeerStanding(peer, Standing.BUSY, "↻", "synchronizing", peer.run().startedAt(),
                    step == null ? List.of() : List.of(step.phase().name().toLowerCase(Locale.ROOT) + " "
                            + Wording.count(step.current()) + " of " + Wording.count(step.total())
                            + (step.kind() == null ? "" : " " + step.kind())), null, null, step);
        }
        if (peer.pause() != null) {
            return paused(peer, peer.pause());
        }
        if (peer.peer().onlyTheyDial()) {
            return plain(peer, Standing.THEIRS, "○", "only it dials", null,
                    List.of("This node has not reached it, and is synchronized when it dials."));
        }
        if (state == null || state.lastSyncAt() == null && state.lastError() == null) {
            return plain(peer, Standing.NEW, "○", "not synchronized yet", null, List.of(all.auto()
                    ? "Automatic sync will begin with it." : "Automatic sync is off: start a sync."));
        }
        if (state.lastError() != null) {
            return failed(peer, state, all, interval);
        }
        if (peer.waiting() > 0) {
            return plain(peer, Standing.BEHIND, "↻", "behind", null,
                    List.of(Wording.count(peer.waiting(), "record waits", "records wait") + " for it, the oldest for "
                            + Wording.span(Duration.ofMillis(Math.round(peer.lagSeconds() * 1000)))));
        }
        return state.inSyncAsOf() == null
                ? plain(peer, Standing.SYNCHRONIZED, "○", "synchronized", state.lastSyncAt(),
                        List.of("That both hold the same is not known: a conflict is open, a record is set aside, a"
                                + " comparison has found differences, or not everything is exchanged."))
                : plain(peer, Standing.IN_SYNC, "✓", "in sync as of", state.inSyncAsOf(),
                        List.of("Everything written before then is on both."));
    }

    private static PeerStanding paused(PeerNow peer, PeerPause pause) {
        String how = (pause.scope() == PeerPauses.Scope.ALL ? "With all others, by " : "By ") + pause.who()
                + (pause.until() == null ? ", until somebody resumes it." : ".");
        String waiting = peer.waiting() > 0
                ? Wording.count(peer.waiting(), "record waits", "records wait") + " for it." : null;
        return new PeerStanding(peer, Standing.PAUSED, "‖", "paused", pause.since(),
                Stream.of(how, waiting).filter(Objects::nonNull).toList(), null, pause.until(), null);
    }

    /** Whether its own pause can be ended: that of all is ended for all. */
    public boolean isPausedAlone() {
        return now.pause() != null && now.pause().scope() == PeerPauses.Scope.ONE;
    }

    /** How long automatic sync leaves it alone, and whether it will try at all. */
    private static PeerStanding failed(PeerNow peer, PeerState state, Snapshot all, Duration interval) {
        String failure = state.lastFailure() == null ? "internal" : state.lastFailure();
        String said = (state.failuresInARow() > 1 ? state.failuresInARow() + " times in a row: " : "")
                + Wording.cut(state.lastError(), 400);
        String waiting = peer.waiting() > 0
                ? Wording.count(peer.waiting(), "record waits", "records wait") + " for it, nothing is lost." : null;
        Instant next = all.auto() ? state.nextAttemptAt() : null;
        String again = !all.auto() ? "Automatic sync is off: it is not tried again by itself."
                : next == null ? "It is tried again within " + Wording.span(interval) + "." : null;
        return new PeerStanding(peer, Standing.AWAY, "✕", LABELS.getOrDefault(failure, failure), state.lastErrorAt(),
                Stream.of(said, waiting, again).filter(Objects::nonNull).toList(),
                advice(failure), next, null);
    }

    private static PeerStanding plain(PeerNow peer, Standing state, String sign, String label, @Nullable Instant since,
            List<String> details) {
        return new PeerStanding(peer, state, sign, label, since, details, null, null, null);
    }

    /** What there is to be done about a failure of that name; null if there is none. */
    public static @Nullable String advice(@Nullable String failure) {
        return failure == null ? null : ADVICE.get(failure);
    }

    /** Without the time that it is true as of. */
    String briefly() {
        return label.replaceFirst(" as of$", "");
    }

    public String name() {
        return now.peer().name().text();
    }
}
