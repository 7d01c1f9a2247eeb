package io.agentdb.sync.review.quarantine;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.NodeId;
import io.agentdb.sync.version.Write;
import java.time.Instant;
import java.util.UUID;

/**
 * A version in quarantine, without its content.
 *
 * @param peerNode the node that it came from
 * @param code why it was not applied, for programs
 * @param reason the same for people
 * @param attempts how often it was tried
 * @param nextTry when it is tried again by itself, at the earliest
 */
public record Quarantined(QuarantineKey key, NodeId peerNode, String code, String reason, Instant firstAt,
        Instant lastAt, int attempts, Instant nextTry) {

    /** Which write of which record. */
    public record QuarantineKey(Kind kind, UUID id, Write write) {

        @Override
        public String toString() {
            return kind + "/" + id + "/" + write.actor() + "/" + write.counter();
        }
    }
}
