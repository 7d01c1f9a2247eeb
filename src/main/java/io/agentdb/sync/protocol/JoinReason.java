package io.agentdb.sync.protocol;

import java.util.Optional;
import java.util.stream.Stream;

/** Why an invitation is not taken, by whoever made it. */
public enum JoinReason {
    UNKNOWN("unknown"),
    EXPIRED("expired"),
    USED("used"),
    WITHDRAWN("withdrawn"),
    /** The two clocks differ by more than peers may. */
    CLOCKS("clocks"),
    /** The node that wants to join is a peer already, or known by another credential. */
    KNOWN("known"),
    /** Another peer has the name that this one would get. */
    NAME_TAKEN("name-taken"),
    TOO_MANY("too-many");

    private final String word;

    JoinReason(String word) {
        this.word = word;
    }

    /** As it is sent. */
    public String word() {
        return word;
    }

    /** Empty for a word of a later release. */
    public static Optional<JoinReason> of(String word) {
        return Stream.of(values()).filter(reason -> reason.word.equals(word)).findFirst();
    }
}
