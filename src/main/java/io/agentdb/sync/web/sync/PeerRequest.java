package io.agentdb.sync.web.sync;

import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.peers.SelectionParser;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.web.problem.Refusal;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a caller says of a peer. What {@code GET} shows of one is such a body, and changes nothing.
 *
 * @param address host:port
 * @param authToken the token; true for the one that the peer has, which is never shown; false or absent for none
 * @param origin only to be read
 * @param self only to be read
 * @param paused only to be read
 * @param dials only to be read
 */
record PeerRequest(@Nullable String name, @Nullable String address,
        @Schema(types = {"string", "boolean"}, description =
                "The token; true keeps the one that the peer has, false is none.")
        @Nullable JsonNode authToken, @Nullable String fingerprint,
        @Nullable List<String> kinds, @Nullable Map<String, Object> filters,
        @Nullable String conflictStrategy,
        @Schema(types = "string", description = "Only to be read.", accessMode = Schema.AccessMode.READ_ONLY)
        @Nullable JsonNode origin,
        @Schema(types = "boolean", description = "Only to be read.", accessMode = Schema.AccessMode.READ_ONLY)
        @Nullable JsonNode self,
        @Schema(types = "object", description = "Only to be read.", accessMode = Schema.AccessMode.READ_ONLY)
        @Nullable JsonNode paused,
        @Schema(types = "string", description = "Only to be read.", accessMode = Schema.AccessMode.READ_ONLY)
        @Nullable JsonNode dials) {

    /**
     * The peer of that name that this makes.
     *
     * @param old what is there now, whose token may be kept
     * @throws Refusal 400 saying which member is wrong
     */
    Peer peer(@Nullable String name, Optional<Peer> old) {
        return valid(() -> {
            PeerName given = PeerName.given(name);
            if (fingerprint != null && !fingerprint.replaceAll("[:\\s]", "").matches("[0-9A-Fa-f]{64}")) {
                throw new IllegalArgumentException(
                        "a fingerprint is the SHA-256 of a certificate: 64 hexadecimal digits, with or without"
                                + " colons, as the peer's log and its GET /status show it");
            }
            HostPort place = HostPort.parse(address);
            // Who changes something else of it does not make it reachable.
            Peer.Dials who = old.filter(one -> one.address().equals(place)).map(Peer::dials).orElse(null);
            return new Peer(given, place, token(authToken, old.map(Peer::authToken)), fingerprint,
                    Peers.kinds(kinds), SelectionParser.parse(null, filters),
                    SyncRequest.strategy(conflictStrategy), Peer.Origin.API, null, who);
        });
    }

    private static @Nullable String token(@Nullable JsonNode given, Optional<String> kept) {
        if (given == null || given.isNull() || given.isBoolean() && !given.booleanValue()) {
            return null;
        }
        if (given.isBoolean()) {
            return kept.orElseThrow(() -> new IllegalArgumentException(
                    "authToken: true keeps the token that a peer has, and this one has none: give the token itself"));
        }
        if (!given.isString()) {
            throw new IllegalArgumentException(
                    "authToken must be the token as a string, or true to keep the one that the peer has");
        }
        return given.stringValue();
    }

    /** Filters in their one spelling, so that a patch meets what it is to change. */
    static ObjectNode named(ObjectNode filters) {
        Map<String, JsonNode> given = new LinkedHashMap<>();
        filters.properties().forEach(filter -> given.put(filter.getKey(), filter.getValue()));
        return JsonNodeFactory.instance.objectNode().setAll(valid(() -> SelectionParser.named(given)));
    }

    private static <T> T valid(Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(e.getMessage());
        }
    }
}
