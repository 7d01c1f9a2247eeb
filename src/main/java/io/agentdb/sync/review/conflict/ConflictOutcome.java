package io.agentdb.sync.review.conflict;

import java.util.List;

/** What became of a conflict, as the log names it. */
final class ConflictOutcome {

    /** Both sides go on with their own version until a person decides. */
    static final String OPEN = "open";
    static final String LOCAL = "local";
    static final String REMOTE = "remote";
    /** A content that neither side had. */
    static final String MERGED = "merged";
    /** It was open, and another conflict, or its outcome, took its place. */
    static final String SUPERSEDED = "superseded";
    /** It was open, and came to an end on another node. */
    static final String ELSEWHERE = "elsewhere";

    static final List<String> ALL = List.of(OPEN, LOCAL, REMOTE, MERGED, SUPERSEDED, ELSEWHERE);

    private ConflictOutcome() {
    }
}
