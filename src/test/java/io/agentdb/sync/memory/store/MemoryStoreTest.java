package io.agentdb.sync.memory.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentdb.sync.memory.Edge;
import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.Skill;
import io.agentdb.sync.memory.input.Edits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MemoryStoreTest {

    private static MemoryFixture node;

    @BeforeAll
    static void open() {
        node = new MemoryFixture();
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @Test
    void everyField_comesBackAsItWasWritten() {
        Episode episode = Edits.created(Shape.EPISODES, JsonText.object("""
                {"sessionId":"s \ud83d\ude00","task":"","input":"i","output":"o","critique":"c",
                 "reward":-0.1,"success":false,
                 "latencyMs":9007199254740993,"tokensUsed":0,"tags":["a","b,c","\\"","NULL",""],
                 "metadata":{"n":1.10,"s":"x\\ny"}}
                """));
        node.store.create(Shape.EPISODES, episode);
        assertThat(node.store.find(Shape.EPISODES, episode.id())).contains(episode);
        Skill skill = Edits.created(Shape.SKILLS, JsonText.object("""
                {"name":"s","description":"d","signature":{"inputs":{}},"code":"c",
                 "successRate":1,"uses":5,"avgReward":0.95,
                 "avgLatencyMs":100.5,"tags":[],"metadata":{},"createdFromEpisode":"%s","lastUsedAt":5}
                """.formatted(episode.id())));
        node.store.create(Shape.SKILLS, skill);
        assertThat(node.store.find(Shape.SKILLS, skill.id())).contains(skill);
        Edge edge = Edits.created(Shape.EDGES, JsonText.object("""
                {"from":"s","to":"other","relationship":"r","weight":0.3,"coOccurrences":2,"similarity":0.1,
                 "uplift":0.2,
                 "confidence":0.3,"sampleSize":4,"evidenceIds":["1"],"experimentIds":[2],"confounderScore":0.4,
                 "mechanism":"m"}
                """));
        node.store.create(Shape.EDGES, edge);
        assertThat(node.store.find(Shape.EDGES, edge.id())).contains(edge);
    }

    @Test
    void oldTimes_keepTheirDay() {
        for (String time : List.of("0001-01-01T00:00:00Z", "1500-02-28T23:59:59.999999Z", "1582-10-10T12:00:00Z",
                "9999-12-31T23:59:59.999999Z")) {
            Episode episode = Edits.created(Shape.EPISODES,
                    JsonText.object("{\"sessionId\":\"s\",\"task\":\"t\",\"ts\":\"" + time + "\"}"));
            node.store.create(Shape.EPISODES, episode);
            assertThat(node.store.find(Shape.EPISODES, episode.id()).orElseThrow().ts()).isEqualTo(Instant.parse(time));
            assertThat(node.jdbc.sql("select ts = ?::timestamptz from episodes where id = ?").params(time, episode.id())
                    .query(Boolean.class).single()).isTrue();
            assertThat(node.exported()).contains("\"ts\":\"" + time + "\"");
        }
    }

    @Test
    void creatingWhatIsThere_isRefused() {
        Skill skill = skill("twice");
        node.store.create(Shape.SKILLS, skill);
        RecordExists refusal = catchThrowableOfType(RecordExists.class, () -> node.store.create(Shape.SKILLS, skill));
        assertThat(refusal.id()).isEqualTo(skill.id());
    }

    @Test
    void whatOnlyTheDatabaseFindsTooLarge_isExplainedWithoutItsWords() {
        String number = "1e399,".repeat(11_000);
        assertThatThrownBy(() -> node.store.create(Shape.EPISODES, Edits.created(Shape.EPISODES, JsonText.object(
                "{\"sessionId\":\"s\",\"task\":\"t\",\"metadata\":{\"a\":[" + number + "1]}}"))))
                .isInstanceOf(InvalidInput.class).hasMessage("the record must have at most 4 MiB (4194304 bytes)");
        StringBuilder tag = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            tag.append(Integer.toString(i * 7919 % 46656, 36));
        }
        assertThatThrownBy(() -> node.store.create(Shape.EPISODES, Edits.created(Shape.EPISODES, JsonText.object(
                "{\"sessionId\":\"s\",\"task\":\"t\",\"tags\":[\"" + tag + "\"]}"))))
                .isInstanceOf(InvalidInput.class).hasMessageStartingWith("the record has a value that is too large");
    }

    @Test
    void concurrentPatches_loseNoUpdate() throws Exception {
        Skill skill = skill("counted");
        node.store.create(Shape.SKILLS, skill);
        inParallel(8, number -> {
            for (int i = 0; i < 25; i++) {
                node.store.write(Shape.SKILLS, skill.id(), present -> Edits.patched(Shape.SKILLS, present,
                        JsonText.object("{\"uses\":" + (present.uses() == null ? 1 : present.uses() + 1) + "}")));
            }
        });
        assertThat(node.store.find(Shape.SKILLS, skill.id()).orElseThrow().uses()).isEqualTo(200);
    }

    @Test
    void concurrentCreatingPuts_areOneCreateAndChanges() throws Exception {
        for (int round = 0; round < 5; round++) {
            Skill skill = skill("raced " + round);
            List<Boolean> created = Collections.synchronizedList(new ArrayList<>());
            inParallel(4, number -> created.add(node.store.write(Shape.SKILLS, skill.id(), present -> Edits.replaced(
                    Shape.SKILLS, skill.id(), present, JsonText.object(
                            "{\"name\":\"" + skill.name() + "\",\"uses\":" + number + "}")))
                    .orElseThrow().created()));
            assertThat(created).containsOnlyOnce(true).hasSize(4);
        }
    }

    @Test
    void aWriteThatChangesNothing_leavesTheVersion() {
        Skill skill = skill("still");
        node.store.create(Shape.SKILLS, skill);
        List<?> before = node.everything();
        node.store.write(Shape.SKILLS, skill.id(), present -> Edits.replaced(Shape.SKILLS, skill.id(), present,
                JsonText.object("{\"name\":\"still\",\"metadata\":{\"b\":2,\"a\":1.0}}")));
        assertThat(node.everything()).isEqualTo(before);
    }

    @Test
    void aDeletedSkill_canBeCreatedAgain() {
        Skill skill = skill("phoenix");
        node.store.create(Shape.SKILLS, skill);
        assertThat(node.store.delete(Shape.SKILLS, skill.id())).isTrue();
        assertThat(node.store.delete(Shape.SKILLS, skill.id())).isFalse();
        node.store.create(Shape.SKILLS, skill);
        assertThat(node.store.find(Shape.SKILLS, skill.id())).contains(skill);
    }

    private static Skill skill(String name) {
        return Edits.created(Shape.SKILLS, JsonText.object(
                "{\"name\":\"" + name + "\",\"metadata\":{\"a\":1,\"b\":2}}"));
    }

    private interface Task {
        void run(int number) throws Exception;
    }

    private static void inParallel(int threads, Task task) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                results.add(executor.submit(() -> {
                    task.run(number);
                    return null;
                }));
            }
            for (Future<?> result : results) {
                result.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
