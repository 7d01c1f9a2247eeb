package io.agentdb.sync.quic;

import io.agentdb.sync.admission.TokenGate;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.Hello;
import io.agentdb.sync.version.Hlc;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Judges a hello. A pure function: what is refused here has touched no database. */
final class Introduction {

    private final TokenGate gate;

    Introduction(TokenGate gate) {
        this.gate = gate;
    }

    /** The refusal; empty when the client may come in. */
    Optional<Failure> judge(Hello hello, Instant now) {
        if (hello.version() != Limits.VERSION) {
            return refuse(ErrorCode.UNSUPPORTED_VERSION, "this node speaks protocol version " + Limits.VERSION + ", not "
                    + hello.version() + ": run compatible releases on both sides");
        }
        if (!gate.admits(hello.token())) {
            return refuse(ErrorCode.UNAUTHENTICATED, hello.token() == null || hello.token().isEmpty()
                    ? "this node wants a token: set auth-token for this peer to the node's agentdb.server.auth-token"
                    : "the token is wrong: set auth-token for this peer to the node's agentdb.server.auth-token");
        }
        if (!hello.actor().nodeId().equals(hello.nodeId())) {
            return refuse(ErrorCode.PROTOCOL_VIOLATION, "actor " + hello.actor() + " is not of node " + hello.nodeId());
        }
        Duration ahead = Duration.between(now, hello.clock());
        if (ahead.compareTo(Hlc.TOLERANCE) > 0) {
            return refuse(ErrorCode.CLOCK_SKEW, "your clock says " + hello.clock() + ", ours " + now + ": more than "
                    + Hlc.TOLERANCE.toMinutes() + " minutes ahead, your writes would win every conflict; set one of the two right");
        }
        return Optional.empty();
    }

    private static Optional<Failure> refuse(ErrorCode code, String message) {
        return Optional.of(new Failure(code, message, Duration.ZERO));
    }
}
