package io.agentdb.sync.pairing;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An invitation, without its secret, which only the text has.
 *
 * @param name what the other node will be called here; null: as it calls itself
 * @param madeBy the user
 * @param usedBy the node that has become a peer by it; null, like the next two, while none has
 * @param peer under which name it has
 */
public record Invitation(UUID id, @Nullable String name, List<String> addresses, Instant madeAt, String madeBy,
        Instant expiresAt, InvitationState state, @Nullable String usedBy, @Nullable Instant usedAt,
        @Nullable String peer) {

    /** How it stands. */
    public enum InvitationState { OPEN, USED, WITHDRAWN, EXPIRED }
}
