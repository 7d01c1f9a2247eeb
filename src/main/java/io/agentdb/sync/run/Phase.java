package io.agentdb.sync.run;

import java.util.Locale;

/**
 * The phases of a run, in order. Pulled records are applied as they stream in; the later phases finish what is left.
 */
public enum Phase {
    DETECTING, PUSHING, PULLING, RESOLVING, APPLYING, COMPLETED, FAILED;

    /** As metrics and traces name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
