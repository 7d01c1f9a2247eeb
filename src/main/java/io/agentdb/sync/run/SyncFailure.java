package io.agentdb.sync.run;

import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.ProtocolException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Why a run failed: what reports, {@code sync_state}, metrics and logs name, and what there is to be done about it. */
public enum SyncFailure {
    /** Nobody is there. Tried again within the run and later. */
    UNREACHABLE,
    /** Somebody may be there and did not answer in time. The same. */
    TIMED_OUT,
    /** A token or certificate does not hold on one of the two sides. Only its change helps. */
    REFUSED_AUTH,
    /** The peer has too many connections, or has told us to wait for longer than a run waits. */
    REFUSED_LIMIT,
    /** The two do not speak the same protocol. Only an update helps. */
    REFUSED_VERSION,
    /** The peer knows us and does not let us do this, or its clock or ours is wrong. */
    REFUSED_POLICY,
    /** The peer broke the protocol, or could not answer. */
    PEER_FAULT,
    /** This node's database failed. */
    LOCAL_DATABASE,
    /** The connection was lost, and with it whether the last batch arrived. Going on is safe. */
    OUTCOME_UNKNOWN,
    /** Our own. The log has it. */
    INTERNAL;

    /** As it is shown: {@code timed-out}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static SyncFailure of(Throwable failure) {
        if (failure instanceof PeerUnreachable unreachable) {
            return switch (unreachable.reason()) {
                case NOT_THERE -> UNREACHABLE;
                case NO_ANSWER -> TIMED_OUT;
                case NOT_TRUSTED -> REFUSED_AUTH;
                case OTHER_PROTOCOL -> REFUSED_VERSION;
            };
        }
        if (failure instanceof OutcomeUnknown unknown) {
            return unknown.timedOut() ? TIMED_OUT : OUTCOME_UNKNOWN;
        }
        if (failure instanceof PeerRejected rejected) {
            return switch (rejected.code()) {
                case UNAUTHENTICATED -> REFUSED_AUTH;
                case TOO_MANY_CONNECTIONS, RATE_LIMITED -> REFUSED_LIMIT;
                case UNSUPPORTED_VERSION -> REFUSED_VERSION;
                case FORBIDDEN, CLOCK_SKEW -> REFUSED_POLICY;
                case SHUTTING_DOWN -> UNREACHABLE;
                case CANCELLED -> OUTCOME_UNKNOWN;
                case UNSPECIFIED, PROTOCOL_VIOLATION, BAD_REQUEST, FRAME_TOO_LARGE, INTERNAL, UNAVAILABLE,
                        CURSOR_FROM_FUTURE, RESTORED -> PEER_FAULT;
            };
        }
        if (failure instanceof ProtocolException || failure instanceof DatabaseWentBack) {
            return PEER_FAULT;
        }
        return local(failure) ? LOCAL_DATABASE : INTERNAL;
    }

    /** In one sentence, for people: neither SQL nor a stack trace. */
    public static String say(Throwable failure) {
        if (failure instanceof PeerRejected refused) {
            return "refused by the peer (" + refused.code() + "): " + refused.getMessage();
        }
        return !local(failure) ? Objects.requireNonNullElse(failure.getMessage(), "an internal error")
                : DatabaseFailure.remedy(failure)
                .map(remedy -> remedy + ", and the next sync goes on where this one has stopped")
                .orElseGet(() -> "this node's database failed: " + DatabaseFailure.words(failure));
    }

    private static boolean local(Throwable failure) {
        return failure instanceof DataAccessException || failure instanceof TransactionException
                || failure instanceof SQLException;
    }
}
