package io.agentdb.sync.bench.guard;

import io.agentdb.sync.coordinator.TestNode;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What two nodes of this JVM have done so far, one of which has asked for all runs and the other has answered: so whose
 * a thread is shows by its name.
 */
final class Footprint {

    /** The threads of a run and of its connection, and those that serve one. */
    private static final Map<String, String> SIDES = Map.of("sync-run", "asking", "quic-client", "asking",
            "sync-worker", "answering", "quic-server", "answering");

    private final Map<Long, Long> threads = new HashMap<>();
    private final Map<Long, String> sides = new HashMap<>();
    private final Map<String, Long> counts = new TreeMap<>();

    private Footprint() {
    }

    /** A thread that has ended is not seen any more: nobody's does right after a run. */
    static Footprint of(TestNode asking, CountingServer askingServer, TestNode answering,
            CountingServer answeringServer) {
        Footprint now = new Footprint();
        var beans = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (ThreadInfo thread : beans.getThreadInfo(beans.getAllThreadIds())) {
            if (thread != null) {
                SIDES.forEach((name, side) -> {
                    if (thread.getThreadName().startsWith(name)) {
                        now.sides.put(thread.getThreadId(), side);
                        now.threads.put(thread.getThreadId(), beans.getThreadAllocatedBytes(thread.getThreadId()));
                    }
                });
            }
        }
        now.count("asking", asking, askingServer);
        now.count("answering", answering, answeringServer);
        return now;
    }

    private void count(String side, TestNode node, CountingServer server) {
        counts.put(side + ".statements", server.executions());
        counts.put(side + ".round-trips", server.roundTrips());
        counts.put(side + ".frames", node.bean(CountingRegistry.class).frames());
    }

    boolean sameCounts(Footprint other) {
        return counts.equals(other.counts);
    }

    /**
     * What has been added since then, by name.
     *
     * @param records what the allocated bytes are divided by
     */
    Map<String, Long> since(Footprint before, int records) {
        Map<String, Long> added = new TreeMap<>();
        counts.forEach((name, count) -> added.put(name, count - before.counts.get(name)));
        threads.forEach((thread, bytes) -> added.merge(sides.get(thread) + ".bytes-per-record",
                (bytes - before.threads.getOrDefault(thread, 0L)) / records, Long::sum));
        return added;
    }
}
