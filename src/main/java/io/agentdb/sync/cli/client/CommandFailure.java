package io.agentdb.sync.cli.client;

import org.jspecify.annotations.Nullable;

/** The command ends here. The message is for people, and says what to do. */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Exit exit;
    private final transient @Nullable JsonTree problem;

    public CommandFailure(Exit exit, String message) {
        this(exit, message, null);
    }

    /** @param problem as the node has told it */
    public CommandFailure(Exit exit, String message, @Nullable JsonTree problem) {
        super(message);
        this.exit = exit;
        this.problem = problem;
    }

    public Exit exit() {
        return exit;
    }

    public @Nullable JsonTree problem() {
        return problem;
    }
}
