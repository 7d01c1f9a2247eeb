package io.agentdb.sync.cli.client;

/** What the command ends with: by it a script decides what to do next. docs/cli.md has the table. */
public enum Exit {
    DONE(0, "done; of `status`, `verify`: in sync, equal", "go on"),
    FAILED(1, "failed in a way that is none of these", "report it"),
    USAGE(2, "wrong usage, also as the node sees it; nothing was changed", "correct it"),
    NO_NODE(3, "no node answers, or one that cannot serve yet or just now; nothing was done",
            "start one, or wait for it"),
    NOT_LET_IN(4, "the node does not let you in, or you are a viewer", "log in"),
    UNKNOWN(5, "there is no such peer, run, record, conflict", "look which there are"),
    CHANGED(6, "it has changed meanwhile, or cannot be done as things stand", "look again"),
    PEER_FAILED(7, "the other node failed; `failure` in JSON says how", "by `failure`"),
    NOT_ALL_WELL(8, "done, but not all is well: not in sync, differences, open conflicts, quarantined records",
            "look at it"),
    GOES_ON(9, "`--timeout` has passed, and what was asked for goes on", "follow it");

    private final int status;
    private final String meaning;
    private final String next;

    Exit(int status, String meaning, String next) {
        this.status = status;
        this.meaning = meaning;
        this.next = next;
    }

    public int status() {
        return status;
    }

    public String meaning() {
        return meaning;
    }

    /** What the caller does then. */
    public String next() {
        return next;
    }
}
