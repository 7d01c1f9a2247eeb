package io.agentdb.sync.bench;

import java.io.IOException;
import java.sql.SQLException;

/**
 * What links, connections, records and nodes cost, in units that a busy machine does not change: processor time, bytes, memory. The
 * figures of docs/scaling.md.
 */
final class ScaleBenchmark {

    private final Sizes sizes;

    ScaleBenchmark(Sizes sizes) {
        this.sizes = sizes;
    }

    /** @return whether all ended equal */
    boolean run() throws IOException, InterruptedException, SQLException {
        new IdleLink(sizes).run();
        new IdleConnections(sizes).run();
        RecordCost records = new RecordCost(sizes);
        boolean equal = records.run();
        return new HubAndSpokes(sizes, records).run() && equal;
    }
}
