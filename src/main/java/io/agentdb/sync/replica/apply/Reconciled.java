package io.agentdb.sync.replica.apply;

import io.agentdb.sync.replica.store.RowsLocked;
import java.util.Optional;

/**
 * What became of a peer's claims.
 *
 * @param buried how many records were buried again
 * @param heldUp why some could be neither found nor buried: other sessions are just making them, and may give up. The
 *     peer has to claim again, or it would keep for ever what was deleted here.
 */
public record Reconciled(int buried, Optional<RowsLocked> heldUp) {

    public static final Reconciled NOTHING = new Reconciled(0, Optional.empty());

    public Reconciled and(Reconciled other) {
        return new Reconciled(buried + other.buried, heldUp.or(other::heldUp));
    }
}
