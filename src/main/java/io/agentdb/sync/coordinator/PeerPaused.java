package io.agentdb.sync.coordinator;

import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerPauses.PeerPause;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Nothing was begun: a person has paused whom it was asked for. The message is for people. */
public final class PeerPaused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable PeerPause pause;

    private PeerPaused(String message, @Nullable PeerPause pause) {
        super(message);
        this.pause = pause;
    }

    static PeerPaused one(Peer peer, PeerPause pause) {
        return new PeerPaused("peer '" + peer.name() + "' is " + pause.words(), pause);
    }

    static PeerPaused all() {
        return new PeerPaused("every peer is paused", null);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "made with a message");
    }

    /** Of the one peer; empty if it was asked for several. */
    public Optional<PeerPause> pause() {
        return Optional.ofNullable(pause);
    }
}
