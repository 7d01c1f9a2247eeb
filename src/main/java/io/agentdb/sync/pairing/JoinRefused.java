package io.agentdb.sync.pairing;

import java.util.Map;

/** Why an invitation did not make this node and another one peers. The message is for people, and says what to do. */
public final class JoinRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What a program may decide by. */
    public enum Problem {
        /** Cut, mistyped, or something else. */
        UNREADABLE("invitation-unreadable"),
        OTHER_VERSION("invitation-version"),
        /** Made by this very node. */
        OWN("invitation-own"),
        EXPIRED("invitation-expired"),
        USED("invitation-used"),
        WITHDRAWN("invitation-withdrawn"),
        /** The node that has made it does not know it any more. */
        UNKNOWN("invitation-unknown"),
        CLOCKS("clocks-differ"),
        /** A peer of this node has the name already. */
        NAME_TAKEN("peer-exists"),
        /** The two are peers already. */
        KNOWN("node-known"),
        /** There, the name or the node is known. */
        REFUSED_THERE("join-refused"),
        TOO_MANY("too-many-joins"),
        /** At none of its addresses. */
        UNREACHABLE("inviter-unreachable"),
        /** Somebody else answers there. */
        NOT_TRUSTED("inviter-not-trusted"),
        /** Its release knows no invitations. */
        TOO_OLD("inviter-too-old"),
        /** It answers and fails. */
        FAILED("inviter-failed");

        private final String type;

        Problem(String type) {
            this.type = type;
        }

        /** The last part of a problem's type, {@code urn:agentdb:problem:…}. */
        public String type() {
            return type;
        }
    }

    private final Problem problem;
    private final transient Map<String, ?> details;

    JoinRefused(Problem problem, String message) {
        this(problem, message, Map.of());
    }

    JoinRefused(Problem problem, String message, Map<String, ?> details) {
        super(message);
        this.problem = problem;
        this.details = details;
    }

    public Problem problem() {
        return problem;
    }

    /** What else a program may want, by name. */
    public Map<String, ?> details() {
        return details;
    }

    /** Never null: it says what to do. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
