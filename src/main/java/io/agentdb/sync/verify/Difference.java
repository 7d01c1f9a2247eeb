package io.agentdb.sync.verify;

import io.agentdb.sync.replica.digest.RecordDigest;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record that is not the same on both sides.
 *
 * @param here the version that this node has, as {@code actor:counter}; null if it has none
 * @param there the peer's
 * @param repaired whether it is the same now; null if no repair was asked for
 */
public record Difference(String kind, UUID id, Divergence difference, @Nullable String here, @Nullable String there,
        @Nullable Boolean repaired) {

    /** How a record differs. */
    public enum Divergence {
        ONLY_HERE,
        ONLY_THERE,
        VERSIONS_DIFFER,
        /** The same version with another content: nothing tells which side is right. */
        DAMAGED
    }

    /**
     * Empty if there is none.
     *
     * @param here null if it is only there; {@code there} as well
     */
    static Optional<Difference> of(String kind, @Nullable RecordDigest here, @Nullable RecordDigest there) {
        if (here != null && there != null) {
            Divergence how = here.sameWrite(there) ? Divergence.DAMAGED : Divergence.VERSIONS_DIFFER;
            return here.equals(there) ? Optional.empty()
                    : Optional.of(new Difference(kind, here.id(), how, version(here), version(there), null));
        }
        return here != null
                ? Optional.of(new Difference(kind, here.id(), Divergence.ONLY_HERE, version(here), null, null))
                : Optional.ofNullable(there).map(only -> new Difference(
                        kind, only.id(), Divergence.ONLY_THERE, null, version(only), null));
    }

    Difference repaired(boolean now) {
        return new Difference(kind, id, difference, here, there, now);
    }

    private static String version(RecordDigest item) {
        return item.write().toString();
    }
}
