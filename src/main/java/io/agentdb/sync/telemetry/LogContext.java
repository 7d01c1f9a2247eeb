package io.agentdb.sync.telemetry;

import java.util.List;
import org.slf4j.MDC;
import org.slf4j.MDC.MDCCloseable;

/**
 * With whom, and in which run, this thread is at work: each line that it logs until this is closed bears it, as
 * {@value #PEER} and {@value #RUN}.
 */
public final class LogContext implements AutoCloseable {

    static final String PEER = "agentdb.peer";
    static final String RUN = "agentdb.run";

    /** Bears nothing more than the thread does already. */
    static final LogContext NONE = new LogContext();

    private final List<MDCCloseable> borne;

    private LogContext(MDCCloseable... borne) {
        this.borne = List.of(borne);
    }

    /** @param peer a peer's name, or the id of a node that has called this one */
    public static LogContext of(String peer) {
        return new LogContext(MDC.putCloseable(PEER, peer));
    }

    public static LogContext of(String peer, String run) {
        return new LogContext(MDC.putCloseable(PEER, peer), MDC.putCloseable(RUN, run));
    }

    @Override
    public void close() {
        borne.forEach(MDCCloseable::close);
    }
}
