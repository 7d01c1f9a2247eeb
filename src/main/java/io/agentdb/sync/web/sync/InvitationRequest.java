package io.agentdb.sync.web.sync;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says of an invitation. All of it may be left out.
 *
 * @param name what the other node will be called here
 * @param time how long it is good
 * @param addresses host:port, where this node answers
 */
record InvitationRequest(
        @Schema(description = "What this node will call the other one; without it, as that one calls itself.")
        @Nullable String name,
        @JsonProperty("for") @Schema(description = "How long it is good: 15m if it is not given, 24h at most.")
        @Nullable String time,
        @Schema(description = "Where this node answers, host:port each, at most 8; without it, the addresses of this"
                + " machine's networks.")
        @Nullable List<String> addresses) { }
