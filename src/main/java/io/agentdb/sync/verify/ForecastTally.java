package io.agentdb.sync.verify;

import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.Forecast;
import org.jspecify.annotations.Nullable;

/** Counts what would become of records of one kind. Used by one thread. */
final class ForecastTally {

    private final Selection selection;
    private final boolean pushes;
    private final boolean pulls;
    private long push;
    private long pull;
    private long deletedThere;
    private long deletedHere;
    private long bothChanged;

    /**
     * @param pushes whether the run would send this kind
     * @param pulls whether it would take it
     */
    ForecastTally(Selection selection, boolean pushes, boolean pulls) {
        this.selection = selection;
        this.pushes = pushes;
        this.pulls = pulls;
    }

    /** One that only the peer has, and whose content nobody needs to know. */
    void pulled() {
        pull += pulls ? 1 : 0;
    }

    /**
     * One that differs; a side without a version has no tombstone of it either.
     *
     * @param ours null if there is none here; {@code theirs} there
     */
    void add(@Nullable Revision ours, @Nullable Revision theirs) {
        if (ours != null && theirs != null) {
            switch (theirs.version().relationTo(ours.version())) {
                case SAME -> { }
                case KNOWN -> push(ours, false);
                case NEWER -> pull(theirs, false);
                case CONCURRENT -> bothChanged += selection.matches(ours) || selection.matches(theirs) ? 1 : 0;
            }
        } else if (ours != null) {
            push(ours, ours.deleted());
        } else if (theirs != null) {
            pull(theirs, theirs.deleted());
        }
    }

    /** @param nothing whether it would change nothing there */
    private void push(Revision ours, boolean nothing) {
        if (pushes && !nothing && selection.matches(ours)) {
            push++;
            deletedThere += ours.deleted() ? 1 : 0;
        }
    }

    private void pull(Revision theirs, boolean nothing) {
        if (pulls && !nothing && selection.matches(theirs)) {
            pull++;
            deletedHere += theirs.deleted() ? 1 : 0;
        }
    }

    Forecast forecast(String kind, long damaged, long unexamined) {
        return new Forecast(kind, push, pull, deletedThere, deletedHere, bothChanged, damaged, unexamined);
    }
}
