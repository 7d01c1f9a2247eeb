package io.agentdb.sync.run;

import java.util.Arrays;
import java.util.Locale;

/** Which way a run carries records. */
public enum RunDirection {
    BOTH,
    /** To the peer: nothing of the peer's is taken over, so that what both sides changed stays as it is on both. */
    PUSH,
    /** From the peer: nothing of ours is sent. What both sides changed is resolved here. */
    PULL;

    /** @throws IllegalArgumentException naming the known ones */
    public static RunDirection labelled(String label) {
        return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown direction '" + label + "'; known are both, push and pull"));
    }

    /** As callers write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean pushes() {
        return this != PULL;
    }

    public boolean pulls() {
        return this != PUSH;
    }
}
