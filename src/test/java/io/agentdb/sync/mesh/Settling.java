package io.agentdb.sync.mesh;

import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.mesh.Mesh.Link;
import io.agentdb.sync.review.quarantine.QuarantineRetry;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.SyncReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Synchronizes over every link at once, again and again, until nobody has anything for anybody; also what was set
 * aside is tried again.
 *
 * @param strategy asked for each run
 * @param log told how each run went
 */
record Settling(List<TestNode> nodes, List<Link> links, Mesh mesh, Supplier<ConflictStrategy> strategy,
        Consumer<String> log) {

    private static final int ROUNDS = 20;

    private record Running(Link link, SyncRun run) { }

    /**
     * @return after how many rounds
     * @throws AssertionError naming what differs, if they do not end or do not end equal
     */
    int untilQuiet() throws InterruptedException {
        boolean quiet = false;
        for (int round = 1; round <= ROUNDS; round++) {
            // What the schedule had locked waits there; by itself it would be tried again after a minute.
            nodes.forEach(node -> node.bean(QuarantineRetry.class).replayAll());
            List<Running> all = links.stream().map(link -> new Running(link, mesh.start(link, strategy.get())))
                    .toList();
            quiet = true;
            for (Running one : all) {
                SyncReport report = one.run().await(Scenario.PATIENCE).orElse(null);
                log.accept("  " + one.link() + ": " + outcome(report));
                quiet &= report != null && report.success()
                        && report.itemsPulled() + report.itemsPushed() + report.conflictsDetected() == 0;
            }
            if (quiet && differences().isEmpty()) {
                return round;
            }
        }
        throw new AssertionError((quiet ? "quiet, but not equal: " : "not quiet after " + ROUNDS + " rounds: ")
                + differences());
    }

    static String outcome(SyncReport report) {
        return report == null ? "no report" : !report.success() ? report.errors().get(0)
                : "pushed " + report.itemsPushed() + ", pulled " + report.itemsPulled() + ", known "
                + report.itemsKnown() + ", conflicts " + report.conflictsDetected();
    }

    /** Between the first and the others: in contents, and in which write made each record what it is. */
    private List<String> differences() {
        List<String> differences = new ArrayList<>();
        Map<String, String> first = versions(nodes.get(0));
        for (TestNode node : nodes) {
            if (!node.digests().equals(nodes.get(0).digests())) {
                differences.add(nodes.indexOf(node) + " holds " + node.digests() + ", 0 holds "
                        + nodes.get(0).digests());
            }
            Map<String, String> versions = versions(node);
            first.forEach((record, version) -> {
                if (!version.equals(versions.get(record))) {
                    differences.add(record + " is " + version + " on 0 and " + versions.get(record) + " on "
                            + nodes.indexOf(node));
                }
            });
            versions.keySet().stream().filter(record -> !first.containsKey(record))
                    .forEach(record -> differences.add(record + " is not on 0"));
        }
        return differences;
    }

    /** By record, tombstones included. */
    private static Map<String, String> versions(TestNode node) {
        Map<String, String> versions = new TreeMap<>();
        for (Kind kind : Kind.ALL) {
            node.jdbc().query("""
                    select id, actor || ':' || counter from %s union all
                    select id, 'deleted by ' || actor || ':' || counter from tombstones where kind = '%s'
                    """.formatted(kind, kind), row -> {
                String other = versions.put(kind + " " + row.getString(1), row.getString(2));
                if (other != null) {
                    throw new AssertionError(kind + " " + row.getString(1) + " is there and deleted: " + other + ", "
                            + row.getString(2));
                }
            });
        }
        return versions;
    }
}
