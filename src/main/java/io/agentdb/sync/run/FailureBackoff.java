package io.agentdb.sync.run;

import java.time.Duration;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * How long automatic sync leaves a failing peer alone: longer each time, not all peers' nodes at once, and never for
 * long.
 */
public final class FailureBackoff {

    static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int DOUBLED_OFTEN_ENOUGH = 20;

    private FailureBackoff() {
    }

    /**
     * @param interval of automatic sync
     * @param failures in a row, at least 1
     */
    public static Duration after(Duration interval, int failures) {
        long first = Math.max(1, Math.min(interval.toMillis(), LONGEST.toMillis()));
        ExponentialBackOff backOff = new ExponentialBackOff(first, 2);
        backOff.setMaxInterval(LONGEST.toMillis());
        backOff.setJitter(first / 4);
        BackOffExecution execution = backOff.start();
        long wait = 0;
        for (int i = 0; i < Math.min(failures, DOUBLED_OFTEN_ENOUGH); i++) {
            wait = execution.nextBackOff();
        }
        return Duration.ofMillis(Math.min(wait, LONGEST.toMillis()));
    }
}
