package io.agentdb.sync.bench.peers;

import io.agentdb.sync.bench.Output;
import io.agentdb.sync.bench.Sizes;
import io.agentdb.sync.bench.warm.WarmPair;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The part {@code peers}: one after the other on the same two clusters, whose nodes meanwhile have nothing to do. */
public final class PeersBenchmark {

    private final Sizes sizes;

    public PeersBenchmark(Sizes sizes) {
        this.sizes = sizes;
    }

    /** @return whether both clusters held the same after each of them */
    public boolean run() throws IOException, InterruptedException, SQLException {
        boolean equal = true;
        try (WarmPair pair = new WarmPair(sizes, "wal_level = logical")) {
            // The last one starts the clusters anew with a library of its own, which would cost the others a little.
            for (Replicator replicator : List.of(new StagedUpsert(pair), new LogicalReplication(pair),
                    new Pglogical(pair))) {
                Optional<String> obstacle = replicator.obstacle();
                if (obstacle.isPresent()) {
                    Output.remark(replicator.name() + " is left out: " + obstacle.get());
                } else {
                    equal &= new Measurement(pair, replicator, sizes).run();
                }
            }
        }
        return equal;
    }
}
