package io.agentdb.sync.web.sync;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says who has been given an invitation.
 *
 * @param text as the other node has made it
 * @param name what the other node will be called here
 * @param addresses host:port, where this node answers
 */
record JoinRequest(@Schema(requiredMode = Schema.RequiredMode.REQUIRED,
        description = "As POST /invitations of the other node gave it.") @Nullable String text,
        @Schema(description = "What this node will call the other one; without it, as that one calls itself.")
        @Nullable String name,
        @Schema(description = "Where this node answers, host:port each, at most 8; without it, the addresses of this"
                + " machine's networks.")
        @Nullable List<String> addresses) {

    /** Without the text. */
    @Override
    public String toString() {
        return "JoinRequest[name=" + name + "]";
    }
}
