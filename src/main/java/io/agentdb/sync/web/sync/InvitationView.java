package io.agentdb.sync.web.sync;

import io.agentdb.sync.pairing.Invitation;
import io.agentdb.sync.pairing.Invitations;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An invitation as callers see it.
 *
 * @param state open, used, withdrawn or expired
 * @param usedBy the node that has become a peer by it
 * @param peer under which name it has
 * @param text only where it was made now: it is kept nowhere
 * @param fingerprint of this node's certificate, where it was made now
 */
record InvitationView(UUID id, @Nullable String name, List<String> addresses, String state, Instant madeAt,
        String madeBy, Instant expiresAt, @Nullable String usedBy, @Nullable Instant usedAt, @Nullable String peer,
        @Schema(description = "What to hand over. Shown once: whoever has it can become a peer.")
        @Nullable String text, @Nullable String fingerprint) {

    static InvitationView of(Invitation one) {
        return view(one, null, null);
    }

    static InvitationView of(Invitations.Made made) {
        return view(made.invitation(), made.text(), made.fingerprint());
    }

    private static InvitationView view(Invitation one, @Nullable String text, @Nullable String fingerprint) {
        return new InvitationView(one.id(), one.name(), one.addresses(), one.state().name().toLowerCase(Locale.ROOT),
                one.madeAt(), one.madeBy(), one.expiresAt(), one.usedBy(), one.usedAt(), one.peer(), text,
                fingerprint);
    }

    /** Without the text. */
    @Override
    public String toString() {
        return "InvitationView[" + id + "]";
    }
}
