package io.agentdb.sync.bench;

import java.io.IOException;
import java.sql.SQLException;

/**
 * What links, connections, records and nodes cost, in units that a busy machine does not change: processor time, bytes,
 * memory. The figures of docs/scaling.md.
 */
final class ScaleBenchmark {

    private final Sizes sizes;

    ScaleBenchmark(Sizes sizes) {
        // Without the second compiler, whose own work would be most of what is measured of a node that is minutes old.
        this.sizes = new Sizes(sizes.episodes(), sizes.skills(), sizes.edges(), sizes.heap(), sizes.delta(),
                sizes.writes(), "-XX:TieredStopAtLevel=1 " + sizes.nodeOptions());
    }

    /**
     * @param part {@code scale} for all of them.
     * @return whether all ended equal
     */
    boolean run(String part) throws IOException, InterruptedException, SQLException {
        boolean all = part.equals("scale");
        boolean equal = true;
        if (all || part.equals("idle")) {
            new IdleLink(sizes).run();
        }
        if (all || part.equals("connections")) {
            new IdleConnections(sizes).run();
        }
        if (all || part.equals("records")) {
            equal = new RecordCost(sizes).run();
        }
        if (all || part.equals("spokes")) {
            equal &= new HubAndSpokes(sizes).run();
        }
        return equal;
    }
}
