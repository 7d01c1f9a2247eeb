package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.mcp.npm.AgentDbServer;
import io.agentdb.sync.mcp.npm.NpmPackages;
import io.agentdb.sync.mesh.ProcessNode;
import io.agentdb.sync.simulation.AppliedVersions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AgentDB 3's own MCP servers on two files, which two nodes keep in step. */
@Tag("long")
class AttachedAgentsTest {

    private static final String EPISODES = "select task || hex(embedding) from episodes join episode_embeddings on"
            + " episode_id = id order by task";
    private static final String TASKS = "select task from episodes order by task";
    private static final String SKILLS = "select name || description || hex(embedding) from skills join"
            + " skill_embeddings on skill_id = id order by name";
    private static final String LINKS = "select p.name || relationship || c.name from skill_links l"
            + " join skills p on p.id = parent_skill_id join skills c on c.id = child_skill_id order by 1";
    private static final String CAUSES = "select from_memory_type || to_memory_type || coalesce(mechanism, '')"
            + " || uplift from causal_edges order by 1";

    @TempDir
    private Path directory;
    private AgentFile one;
    private AgentFile two;

    /** One thread. */
    private static final class Agent implements AutoCloseable {

        private final AgentDbServer server;
        private final String name;
        private int stored;
        private long slowestMillis;

        Agent(String name, AgentFile file) {
            this.name = name;
            server = AgentDbServer.start(NpmPackages.AGENTDB_3, file.path);
        }

        void store(String session, String task) {
            long begun = System.nanoTime();
            assertThat(server.text("reflexion_store", "{'session_id':'" + session + "','task':'" + task
                    + "','reward':0.9,'success':true}")).contains("Stored episode");
            slowestMillis = Math.max(slowestMillis, (System.nanoTime() - begun) / 1_000_000);
        }

        /** An episode, and now and then a skill and a cause of something. */
        void store() {
            int i = stored++;
            store("work", task(name, i));
            if (i % 20 == 0) {
                server.text("skill_create", "{'name':'" + name + " skill " + i / 20 + "','description':'d'}");
                server.text("causal_add_edge", "{'cause':'" + name + " cause " + i + "','effect':'effect','uplift':0.5,"
                        + "'confidence':0.9,'sample_size':3}");
            }
        }

        /** Until it is told to end. A pause between, so that the nodes have time to keep in step. */
        void store(AtomicBoolean ended) {
            while (!ended.get()) {
                store();
                pause(40);
            }
        }

        @Override
        public void close() {
            server.close();
        }
    }

    @BeforeEach
    void make() {
        one = AgentFile.open(directory.resolve("one.db"));
        two = AgentFile.open(directory.resolve("two.db"));
    }

    @Test
    void whatTwoAgentsStore_isInBothFiles_andFoundByEithersOwnSearch_whileNodesRestart() throws Exception {
        try (TestNode a = TestNode.start("a", "agentdb.attach[0].path=" + one.path);
                TestNode b = TestNode.start("b", "agentdb.attach[0].path=" + two.path,
                        "agentdb.peers[0].name=a", "agentdb.peers[0].address=127.0.0.1:" + a.quicPort(),
                        "agentdb.peers[0].fingerprint=" + a.peer(a).fingerprint(), "agentdb.sync.auto=true",
                        "agentdb.sync.interval=2s");
                Agent first = new Agent("one", one); Agent second = new Agent("two", two)) {
            for (int i = 0; i < 60; i++) {
                first.store();
                second.store();
                if (i == 15 || i == 45) {
                    (i == 15 ? a : b).restart();
                }
            }
            awaitEqual(first, second);
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String task = "measured " + i;
                first.store("measured", task);
                long begun = System.nanoTime();
                await().pollInterval(Duration.ofMillis(3)).until(() -> two.number(
                        "select count(*) from episodes where task = '" + task + "'") == 1);
                millis.add((System.nanoTime() - begun) / 1_000_000);
            }
            Collections.sort(millis);
            System.err.println("Agent's write to peer's file: p50 " + millis.get(10) + " ms, slowest "
                    + millis.get(19) + " ms; slowest store " + Math.max(first.slowestMillis, second.slowestMillis)
                    + " ms");
            assertThat(second.server.text("agentdb_search", "{'query':'measured 19','k':1}")).contains("measured 19");
            second.server.text("agentdb_delete", "{'filters':{'session_id':'measured'}}");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(
                    () -> assertThat(one.texts(TASKS)).isEqualTo(tasks(first, second)));
        }
    }

    @Test
    void nodesThatAreKilledTenTimes_whileAgentsStore_loseNothing_andDoubleNothing() throws Exception {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        String[] live = {"agentdb.sync.auto=true", "agentdb.sync.interval=2s"};
        try (ProcessNode a = new ProcessNode("a", with(one, live));
                ProcessNode b = new ProcessNode("b", with(two, live));
                Agent first = new Agent("one", one); Agent second = new Agent("two", two)) {
            both(a, b);
            a.knows(b);
            AppliedVersions.record(a.jdbc());
            AppliedVersions.record(b.jdbc());
            AtomicBoolean ended = new AtomicBoolean();
            CompletableFuture<Void> storing = CompletableFuture.allOf(OwnThread.run(() -> first.store(ended)),
                    OwnThread.run(() -> second.store(ended)));
            try {
                for (int pair = 0; pair < 5; pair++) {
                    // The moments have to be random ones, so there is no condition to wait for.
                    pause(500 + random.nextInt(1_000));
                    boolean order = random.nextBoolean();
                    (order ? a : b).kill();
                    pause(random.nextInt(500));
                    (order ? b : a).kill();
                    both(a, b);
                }
            } finally {
                ended.set(true);
                storing.join();
            }
            awaitEqual(first, second);
            System.err.println("Stored while nodes were killed: " + (first.stored + second.stored)
                    + " episodes; slowest store " + Math.max(first.slowestMillis, second.slowestMillis) + " ms");
            for (ProcessNode node : List.of(a, b)) {
                assertThat(node.jdbc().queryForList(TASKS + " collate \"C\"", String.class)).as("seed %s", seed)
                        .isEqualTo(tasks(first, second));
                assertThat(AppliedVersions.twice(node.jdbc())).as("seed %s", seed).isEmpty();
            }
        }
    }

    /** With links that the first file's owner makes by hand, since AgentDB has no tool for them. */
    private void awaitEqual(Agent first, Agent second) {
        one.run("insert into skill_links (parent_skill_id, child_skill_id, relationship) select p.id, c.id, 'needs'"
                + " from skills p, skills c where p.name = 'one skill 0' and c.name = 'one skill 1'");
        List<String> tasks = tasks(first, second);
        int skills = (first.stored + 19) / 20 + (second.stored + 19) / 20;
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(300)).untilAsserted(() -> {
            assertThat(one.texts(EPISODES)).hasSize(tasks.size()).isEqualTo(two.texts(EPISODES));
            assertThat(one.texts(SKILLS)).hasSize(skills).isEqualTo(two.texts(SKILLS));
            assertThat(one.texts(CAUSES)).hasSize(skills).isEqualTo(two.texts(CAUSES));
            assertThat(one.texts(LINKS)).containsExactly("one skill 0needsone skill 1").isEqualTo(two.texts(LINKS));
        });
        for (AgentFile file : List.of(one, two)) {
            assertThat(file.texts(TASKS)).isEqualTo(tasks);
            assertThat(file.text("pragma integrity_check")).isEqualTo("ok");
            assertThat(file.texts("pragma foreign_key_check")).isEmpty();
        }
    }

    private static List<String> tasks(Agent... agents) {
        return Stream.of(agents).flatMap(agent -> IntStream.range(0, agent.stored).mapToObj(i -> task(agent.name, i)))
                .sorted().toList();
    }

    private static String task(String agent, int number) {
        return "of " + agent + " " + number;
    }

    private static String[] with(AgentFile file, String... settings) {
        return Stream.concat(Stream.of("agentdb.attach[0].path=" + file.path), Stream.of(settings))
                .toArray(String[]::new);
    }

    /** At once, since each takes seconds to start. */
    private static void both(ProcessNode a, ProcessNode b) {
        CompletableFuture.allOf(OwnThread.run(() -> start(a)), OwnThread.run(() -> start(b))).join();
    }

    private static void start(ProcessNode node) {
        try {
            node.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause(int millis) {
        try {
            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
