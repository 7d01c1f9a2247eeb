package io.agentdb.sync.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.simulation.AppliedVersions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two processes, two databases; either process is killed at random moments of a sync. */
class KilledSyncTest {

    @Test
    @Tag("long")
    void eitherNodeKilledTenTimesDuringFiftyThousandRecords_endsEqual_andNothingIsAppliedTwice() throws Exception {
        killed(10, 50_000, 500);
    }

    private static void killed(int kills, int records, int longestMillis) throws Exception {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        try (ProcessNode a = new ProcessNode("a"); ProcessNode b = new ProcessNode("b")) {
            a.start();
            b.start();
            a.knows(b);
            for (ProcessNode node : new ProcessNode[] {a, b}) {
                AppliedVersions.record(node.jdbc());
            }
            a.jdbc().update("insert into episodes (session_id, task, input) select 'a', 'task ' || i,"
                    + " repeat(md5(i::text), 20)" + " from generate_series(1, ?) i", records * 3 / 5);
            b.jdbc().update("insert into episodes (session_id, task, input) select 'b', 'task ' || i,"
                    + " repeat(md5(i::text), 20)" + " from generate_series(1, ?) i", records * 2 / 5);
            int inTheMiddle = 0;
            for (int kill = 0; kill < kills; kill++) {
                a.start();
                b.start();
                a.send("POST", "/sync", null);
                // The moment has to be a random one, so there is no condition to wait for.
                new CountDownLatch(1).await(random.nextInt(longestMillis), TimeUnit.MILLISECONDS);
                (random.nextBoolean() ? a : b).kill();
                inTheMiddle += count(a) < records || count(b) < records ? 1 : 0;
            }
            a.start();
            b.start();
            String report = a.send("POST", "/sync?wait=true", null).toString();
            assertThat(report).as("seed %s", seed).contains("\"SUCCEEDED\"");
            assertThat(a.get("/digests")).as("seed %s", seed).isEqualTo(b.get("/digests"));
            assertThat(count(a)).isEqualTo(records);
            assertThat(inTheMiddle).as("kills before the end, seed %s", seed).isPositive();
            for (ProcessNode node : new ProcessNode[] {a, b}) {
                assertThat(AppliedVersions.twice(node.jdbc())).as("applied twice on %s, seed %s", node.id, seed)
                        .isEmpty();
            }
        }
    }

    private static int count(ProcessNode node) {
        return node.jdbc().queryForObject("select count(*) from episodes", Integer.class);
    }
}
