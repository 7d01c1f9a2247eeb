package io.agentdb.sync.run;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile @Nullable String why;

    /** @param reason in words, for the run's report; the first one counts */
    public void ask(String reason) {
        if (why == null) {
            why = reason;
            asked.countDown();
        }
    }

    /** Waits for so long, or until the run is to end. */
    void await(Duration time) throws InterruptedException {
        asked.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** @throws RunCancelled if the run is to end */
    public void check() {
        String reason = why;
        if (reason != null) {
            throw new RunCancelled(reason);
        }
    }
}
