package io.agentdb.sync.run;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether a run is to end before it is done. Thread-safe. */
public final class Cancellation {

    /** The run ends here: between two batches, whose cursors are stored. */
    public static final class RunCancelled extends RuntimeException {

        private static final long serialVersionUID = 1L;

        RunCancelled(String why) {
            super(why);
        }

        @Override
        public String getMessage() {
            return Objects.requireNonNull(super.getMessage(), "made with a message");
        }
    }

    private volatile @Nullable String why;

    /** @param reason in words, for the run's report; the first one counts */
    public void ask(String reason) {
        if (why == null) {
            why = reason;
        }
    }

    /** @throws RunCancelled if the run is to end */
    public void check() {
        String reason = why;
        if (reason != null) {
            throw new RunCancelled(reason);
        }
    }
}
