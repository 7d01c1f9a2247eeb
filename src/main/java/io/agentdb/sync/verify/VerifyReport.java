package io.agentdb.sync.verify;

import java.time.Instant;
import java.util.List;

/**
 * What a comparison with a peer found, and what came of the repair.
 *
 * @param equal whether both sides hold the same: no difference was found, or all were repaired
 * @param repair whether a repair was asked for
 * @param startTime on this node's clock; what was written since may be missing in the comparison
 * @param differing the differences, the first thousand of them; {@code kinds} counts all
 * @param advice what to do about what is not the same yet
 * @param roundTrips queries and answers
 * @param wireBytes frame bytes, both directions
 */
public record VerifyReport(String peer, boolean equal, boolean repair, Instant startTime, long durationMs,
        List<OfKind> kinds, List<Difference> differing, List<String> advice, int roundTrips, long wireBytes) {

    /**
     * One kind.
     *
     * @param here live records of this node when the comparison began; {@code there}, of the peer
     * @param damaged records with the same version and different content
     * @param repaired records that were different, and are the same now
     */
    public record OfKind(String kind, long here, long there, long onlyHere, long onlyThere, long versionsDiffer,
            long damaged, long repaired) {

        long left() {
            return onlyHere + onlyThere + versionsDiffer + damaged - repaired;
        }
    }
}
