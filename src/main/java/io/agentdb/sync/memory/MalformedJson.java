package io.agentdb.sync.memory;

/** A text is not JSON, or is JSON that nobody should have to read: nested too deeply, or with a key twice. */
public final class MalformedJson extends InvalidInput {

    private static final long serialVersionUID = 1;

    private final String reason;
    private final int line;
    private final int column;

    /** @param line the line, from 1; 0 if unknown, and likewise the column */
    public MalformedJson(String reason, int line, int column) {
        super("", "malformed JSON" + (line > 0 ? " at line " + line + ", column " + column : "") + ": " + reason);
        this.reason = reason;
        this.line = line;
        this.column = column;
    }

    public String reason() {
        return reason;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }
}
