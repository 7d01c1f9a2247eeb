package io.agentdb.sync.start;

import java.util.List;

/** Something is set for the node that it does not have. Nothing was started. */
final class UnknownSetting extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param flaws one for each, with where it is set */
    UnknownSetting(List<String> flaws) {
        super(String.join("\n", flaws));
    }
}
