package io.agentdb.sync.web.transfer;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.web.problem.Breakdown;
import io.agentdb.sync.web.problem.Refusal;
import java.util.Objects;

/** Why an import has ended early, up to where everything is in, and what to do. */
final class ImportWords {

    private static final String AGAIN = " Import it again whenever you like: nothing doubles.";
    /** Its parameter is up to where. */
    static final String KILLED = "The node's process ended in the middle. Everything up to %s is in." + AGAIN;

    private ImportWords() {
    }

    static String upTo(ImportRecord one) {
        return (one.rows() == 0 ? " A part of it may be in." : " Everything up to "
                + (one.unit().equals(ImportRecord.ROWS) ? "row " : "line ") + one.rows() + " is in.") + AGAIN;
    }

    static String of(Throwable e, String repeating) {
        if (e instanceof Refusal refusal) {
            return Objects.requireNonNullElse(refusal.getBody().getDetail(), "It was refused.");
        }
        return e instanceof InvalidInput ? "It was refused: " + e.getMessage() + "."
                : Breakdown.of(e, repeating).words();
    }
}
