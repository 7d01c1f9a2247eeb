package io.agentdb.sync.start;

import java.util.List;

/** Somebody else on this machine has ports that the node needs. Nothing was started. */
final class PortsTaken extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param taken each with the setting that says which */
    PortsTaken(List<String> taken) {
        super((taken.size() == 1 ? "A port is in use already: " : "Ports are in use already: ")
                + String.join(", ", taken) + ".");
    }
}
