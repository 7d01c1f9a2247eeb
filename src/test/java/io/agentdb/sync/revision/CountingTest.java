package io.agentdb.sync.revision;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What partitioned nodes count in a skill's statistics adds up, whoever hears of whom first. */
class CountingTest {

    private static final int EACH = 1_000;

    @Test
    void incrementsOfFivePartitionedNodes_addUpExactly() {
        List<Database> nodes = Stream.of("a", "b", "c", "d", "e").map(Database::new).toList();
        nodes.forEach(node -> node.policy = ConflictStrategy.MERGE);
        nodes.get(0).jdbc.execute("insert into skills (name) values ('fib')");
        nodes.forEach(node -> node.pull(Kind.SKILLS, nodes.get(0)));
        for (int i = 0; i < nodes.size(); i++) {
            Database node = nodes.get(i);
            node.jdbc.update("update skills set uses = 0, success_rate = ?", (i + 1) / 8.0);
            node.jdbc.execute(
                    "do $$ begin for i in 1..%d loop update skills set uses = uses + 1; end loop; end $$".formatted(
                            EACH));
        }
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < nodes.size(); i++) {
                nodes.get(i).pull(Kind.SKILLS, nodes.get((i + 1) % nodes.size()));
                nodes.get(i).pull(Kind.SKILLS, nodes.get((i + 3) % nodes.size()));
            }
        }
        for (Database node : nodes) {
            assertThat(node.jdbc.queryForMap("select uses, success_rate from skills")).containsEntry("uses", 5L * EACH)
                    .containsEntry("success_rate", (1 + 2 + 3 + 4 + 5) / 8.0 / 5);
            assertThat(node.memory(Kind.SKILLS)).isEqualTo(nodes.get(0).memory(Kind.SKILLS));
        }
    }

    @Test
    void averageThatIsWrittenAfterAMerge_isStillThatOne_whenItsPastComesAgain() {
        Database a = new Database("a");
        Database b = new Database("b");
        List.of(a, b).forEach(node -> node.policy = ConflictStrategy.MERGE);
        a.jdbc.execute("insert into skills (name, uses, success_rate) values ('fib', 10, 0.5)");
        b.jdbc.execute("insert into skills (name, uses) values ('fib', 10)");
        a.pull(Kind.SKILLS, b);
        a.jdbc.execute("update skills set uses = uses + 1, success_rate = 0.6");
        b.jdbc.execute("update skills set description = 'meanwhile'");
        a.pull(Kind.SKILLS, b);
        assertThat(a.jdbc.queryForMap("select uses, success_rate, description from skills")).containsEntry("uses", 21L)
                .containsEntry("success_rate", 0.6).containsEntry("description", "meanwhile");
    }

    @Test
    void triggerAndJava_keepTheSameTallies() {
        Database a = new Database("a");
        Database b = new Database("b");
        a.jdbc.execute("insert into skills (name, uses, success_rate, avg_reward) values ('fib', 7, 0.3, 1.1)");
        b.pull(Kind.SKILLS, a);
        List<Revision> versions = new ArrayList<>(b.everything(Kind.SKILLS));
        for (String change : List.of("uses = uses + 3", "success_rate = 0.7", "avg_reward = null",
                "avg_latency_ms = 12.34, uses = 11", "uses = 2", "uses = 0", "uses = 5, success_rate = 0.9",
                "uses = 6, avg_reward = 0.1", "description = 'x'", "uses = null, success_rate = 1e-7")) {
            b.jdbc.execute("update skills set " + change);
            versions.add(b.everything(Kind.SKILLS).get(0));
        }
        for (int i = 1; i < versions.size(); i++) {
            Revision past = versions.get(i - 1);
            Revision present = versions.get(i);
            Map<Boolean, SkillTallies> expected = Map.of(true, SkillTallies.of(past), false,
                    SkillTallies.of(past).updated(
                    b.actor().name(), present.version().dot().counter(), Kind.SKILLS, past.content(),
                            present.content()));
            assertThat(SkillTallies.of(present)).as("update %s", i)
                    .isEqualTo(expected.get(statistics(past).equals(statistics(present))));
        }
    }

    private static List<Object> statistics(Revision revision) {
        return Stream.of("uses", "success_rate", "avg_reward", "avg_latency_ms")
                .map(field -> Versions.field(revision, field))
                .map(Objects::toString).map(Object.class::cast).toList();
    }
}
