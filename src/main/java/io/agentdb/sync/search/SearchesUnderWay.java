package io.agentdb.sync.search;

import io.agentdb.sync.memory.InvalidInput;

/** As many searches are under way in this process as there may be at once; nothing was looked for. */
public final class SearchesUnderWay extends InvalidInput {

    private static final long serialVersionUID = 1;

    SearchesUnderWay(int most) {
        super("", "This process makes " + most + " searches at once, and as many are under way: try again when one has"
                + " ended.");
    }
}
