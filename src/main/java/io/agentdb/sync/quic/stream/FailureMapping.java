package io.agentdb.sync.quic.stream;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.SyncException;

/** What a peer's failure means: what it broke off, it has not refused, and may be asked again. */
final class FailureMapping {

    private FailureMapping() {
    }

    static SyncException of(Failure failure) {
        return failure.code() == ErrorCode.SHUTTING_DOWN || failure.code() == ErrorCode.CANCELLED
                ? new OutcomeUnknown("the peer broke off: " + failure.message(), null)
                : new PeerRejected(failure.code(), failure.message(), failure.retryAfter());
    }
}
