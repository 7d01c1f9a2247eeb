package io.agentdb.sync.coordinator;

import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.telemetry.Observed;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What a run did, in one line of the log, and for its trace. Stateless. */
final class RunLog {

    private static final Logger log = LoggerFactory.getLogger(RunLog.class);

    private RunLog() {
    }

    /** At info only if it has done something: two quiet nodes would else say the same each minute. */
    static void succeeded(SyncReport report) {
        log.atLevel(didSomething(report) ? Level.INFO : Level.DEBUG)
                .addKeyValue("agentdb.sent", report.itemsPushed())
                .addKeyValue("agentdb.received", report.itemsPulled())
                .addKeyValue("agentdb.quarantined", report.itemsQuarantined())
                .addKeyValue("agentdb.conflicts", report.conflictsDetected())
                .addKeyValue("agentdb.bytes", report.bytesTransferred())
                .addKeyValue("event.duration", Duration.ofMillis(report.durationMs()).toNanos())
                .log("Sync with {} is done: {}", report.peer(), figures(report));
    }

    /** For a line about its end, what it had done before; empty if that is nothing. */
    static String meanwhile(SyncReport report) {
        return didSomething(report) ? "; it had done: " + figures(report) : "";
    }

    /** @param report null of a run that another process makes */
    static void tell(@Nullable SyncReport report, Observed observed) {
        if (report == null) {
            observed.ended("elsewhere");
            return;
        }
        observed.ended(report.success() ? "success" : report.cancelled() ? "cancelled"
                : report.failure() == null ? "left-out" : "failure");
        observed.told("agentdb.sent", report.itemsPushed()).told("agentdb.received", report.itemsPulled())
                .told("agentdb.conflicts", report.conflictsDetected())
                .told("agentdb.bytes", report.bytesTransferred());
    }

    private static boolean didSomething(SyncReport report) {
        return report.itemsPushed() + report.itemsPulled() + report.itemsQuarantined() + report.conflictsDetected()
                > 0;
    }

    private static String figures(SyncReport report) {
        long open = report.conflictsDetected() - report.conflictsResolved();
        return "records sent " + report.itemsPushed() + ", received " + report.itemsPulled()
                + (report.itemsQuarantined() == 0 ? "" : ", set aside " + report.itemsQuarantined())
                + ", conflicts " + report.conflictsDetected() + (open == 0 ? "" : " (open " + open + ")") + ", "
                + report.bytesTransferred() + " bytes, " + report.durationMs() + " ms";
    }
}
