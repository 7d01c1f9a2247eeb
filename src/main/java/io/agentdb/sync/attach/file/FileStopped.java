package io.agentdb.sync.attach.file;

/** A file is not what it was, or not what can be kept in step; the message says why, and what to do. */
public final class FileStopped extends Exception {

    private static final long serialVersionUID = 1;

    private final String why;

    /** @param why a clause for people, and what to do */
    public FileStopped(String why) {
        super(why);
        this.why = why;
    }

    public String why() {
        return why;
    }
}
