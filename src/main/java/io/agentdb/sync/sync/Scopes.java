package io.agentdb.sync.sync;

import com.github.f4b6a3.uuid.UuidCreator;
import io.agentdb.sync.replica.Selection;

/** Names a selection, so that each keeps cursors of its own: what a filtered sync has read says nothing about the rest. */
final class Scopes {

    private Scopes() {
    }

    static String of(Selection selection) {
        return selection.everything() ? "" : UuidCreator.getNameBasedSha1(selection.toString()).toString();
    }
}
