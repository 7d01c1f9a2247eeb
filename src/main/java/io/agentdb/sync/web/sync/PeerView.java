package io.agentdb.sync.web.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.agentdb.sync.coordinator.PeerPaused;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerPauses;
import io.agentdb.sync.peers.PeerPauses.Pauses;
import io.agentdb.sync.web.problem.Refusal;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * A peer as callers see it: never its token.
 *
 * @param authToken whether it has one
 * @param self at the last sync it was found out that this very node answers there
 * @param paused null while it is not
 * @param dials we or they: which of the two alone, since the other one cannot reach it; null if either may
 */
public record PeerView(String name, String address, boolean authToken, @Nullable String fingerprint, List<String> kinds,
        @Schema(types = "object", additionalProperties = Schema.AdditionalPropertiesValue.TRUE)
        @Nullable Object filters, @Nullable String conflictStrategy, Peer.Origin origin, boolean self,
        @Nullable PausedView paused, @Nullable String dials) {

    /**
     * @param until null if only a person ends it
     * @param by one or all: what was paused
     */
    public record PausedView(Instant since, @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Instant until, String by,
            String who) {
        public static PausedView of(PeerPauses.PeerPause pause) {
            return new PausedView(pause.since(), pause.until(), pause.scope().name().toLowerCase(Locale.ROOT),
                    pause.who());
        }
    }

    static PeerView of(Peer peer, boolean self, Pauses now) {
        return new PeerView(peer.name().text(), peer.address().toString(), peer.authToken() != null,
                peer.fingerprint(), peer.kinds().stream().map(Object::toString).toList(),
                peer.selection().everything() ? null : peer.selection(),
                peer.strategy() == null ? null : peer.strategy().label(), peer.origin(), self,
                now.of(peer.name()).map(PausedView::of).orElse(null),
                peer.dials() == null ? null : peer.dials().name().toLowerCase(Locale.ROOT));
    }

    static Refusal unknown(String name) {
        return Refusal.of(HttpStatus.NOT_FOUND, "unknown-peer",
                "there is no peer '" + name + "'; GET /peers lists them, POST /peers adds one", Map.of());
    }

    /** For what exchanges records because a person asks for it; {@code one} is meant if it was asked for one. */
    static Refusal paused(PeerPaused why, Peer one) {
        return why.pause().map(pause -> Refusal.of(HttpStatus.CONFLICT, "peer-paused", why.getMessage() + ": "
                + (pause.scope() == PeerPauses.Scope.ALL ? "POST /peers/resume"
                : "POST /peers/" + one.name() + "/resume") + " ends that"))
                .orElseGet(() -> Refusal.of(HttpStatus.CONFLICT, "peers-paused", why.getMessage()
                        + ": GET /peers says by whom, POST /peers/resume and POST /peers/{name}/resume end it"));
    }
}
