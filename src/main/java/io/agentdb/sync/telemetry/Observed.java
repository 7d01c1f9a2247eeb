package io.agentdb.sync.telemetry;

import io.micrometer.observation.Observation;

/**
 * Something that is under way on this thread until it is closed: what is begun meanwhile, on the same thread, is a part
 * of it. Of one thread.
 */
public final class Observed implements AutoCloseable {

    private final Observation observation;
    private final Observation.Scope scope;
    private final LogContext log;

    /** Begins it. */
    Observed(Observation observation, LogContext log) {
        this.log = log;
        this.observation = observation.start();
        this.scope = observation.openScope();
    }

    /** @param outcome one of few words */
    public Observed ended(String outcome) {
        observation.lowCardinalityKeyValue(Observations.OUTCOME, outcome);
        return this;
    }

    /** Tells more of it, to who looks at this one. */
    public Observed told(String what, long count) {
        observation.highCardinalityKeyValue(what, Long.toString(count));
        return this;
    }

    /** Why it comes to an end. */
    public Observed failed(Throwable e) {
        observation.error(e);
        return this;
    }

    @Override
    public void close() {
        scope.close();
        observation.stop();
        log.close();
    }
}
