package io.agentdb.sync.attach;

import io.agentdb.sync.attach.AttachSettings.FileToAttach;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.attach.file.FileTable;
import java.sql.SQLException;
import java.util.function.LongSupplier;

/**
 * Rounds over one open file: what agents have written, what they have deleted, and then what this node has for them.
 * In this order: a row that the map does not know yet would come back from the feed as a second one. One thread.
 */
final class Rounds {

    private final OpenFile open;
    private final AttachTally tally;
    private final RestoredDatabase restored;
    private final Vectors vectors;
    private final Pace late;
    private final FileIntake intake;
    private final Deletions deletions;
    private final FileOutlet outlet;
    private boolean behind;

    /** @param share {@link Pace#SHARE}, or 0 to look at everything in each round */
    Rounds(OpenFile open, AttachParts parts, FileToAttach settings, AttachTally tally, int share) {
        this(open, parts, settings, tally, share, System::nanoTime);
    }

    /** @param nanos as {@link System#nanoTime} */
    Rounds(OpenFile open, AttachParts parts, FileToAttach settings, AttachTally tally, int share,
            LongSupplier nanos) {
        this.open = open;
        this.tally = tally;
        this.restored = new RestoredDatabase(open, parts.node(), parts.records());
        this.vectors = new Vectors(open, parts.embeddings(), parts.records(), tally);
        this.late = new Pace(share);
        this.intake = new FileIntake(open, parts.records(), vectors, tally, share, nanos);
        this.deletions = new Deletions(open, parts.records(), settings.deletes(), settings.maxDeletes(), tally,
                share);
        this.outlet = new FileOutlet(open, parts.feed(), parts.node(),
                new OutgoingRows(open, parts.records(), vectors, tally), settings.maxDeletes(), tally, share, nanos);
    }

    /**
     * @param again whether the last one has left something to look at, although nobody has written since
     * @param allowed whether a person has said that more may be deleted than the setting says
     * @return whether this one has
     */
    boolean once(boolean again, boolean allowed) throws SQLException, FileStopped {
        open.file().look();
        boolean anew = restored.look() | tally.takesAgain();
        if (anew) {
            intake.again();
        }
        boolean more = false;
        if (open.file().hasMoved() || again || anew) {
            more = deletions.look(allowed);
            more |= intake.look();
        }
        // Also where nobody has written: the node's model comes to a new record after its row was written.
        if (late.isDue()) {
            for (FileTable table : open.tables()) {
                vectors.late(table);
            }
            late.done();
        }
        behind = outlet.drain(allowed);
        return behind | more;
    }

    /** Whether the last one has paused while there is more that can go out at once. */
    boolean isBehind() {
        return behind;
    }

    /** Before the file is closed. */
    void end() throws SQLException, FileStopped {
        outlet.note();
    }
}
