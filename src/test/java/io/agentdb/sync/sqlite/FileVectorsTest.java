package io.agentdb.sync.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.embedding.MockEmbedding;
import io.agentdb.sync.embedding.TextModel;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.store.MemoryFixture;
import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.search.index.Vectors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileVectorsTest {

    private static final UUID EPISODE = Identity.foreign("episode|1|6|5|s|t");

    @TempDir
    private Path directory;
    private MemoryFixture node;
    private AgentDbFile file;

    @BeforeEach
    void open() throws Exception {
        node = new MemoryFixture();
        file = AgentDbFile.create(directory);
        file.run("insert into episodes (id, ts, session_id, task, critique, created_at) values (1, 5, 's', 't', "
                + "'c', 6)");
        file.run("insert into skills (id, name, signature) values (1, 'n', '{\"outputs\":{\"bb\":1,\"a\":2},"
                + "\"inputs\":{}}')");
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void vectorsThatTheNodesOwnModelMakesOfTheirText_areItsModels_andOthersAreNot() throws Exception {
        TextModel model = new TextModel() {
            @Override
            public String name() {
                return EmbeddingModel.MINILM;
            }

            @Override
            public float[] embed(String text) {
                float[] vector = AgentDbFile.direction(text.equals("t\nc") ? 3 : 7);
                // With other weights, it would not be the very same.
                vector[5] = 0.1f;
                return vector;
            }
        };
        for (int given : new int[] {3, 4}) {
            file.vector("episode", 1, AgentDbFile.direction(given));
            try (MemoryFixture knowing = new MemoryFixture(MemoryFixture.newNode(), Vectors.meaning(model))) {
                knowing.importer.sqlite(file.path());
                assertThat(knowing.bean(EmbeddingStore.class).find(Kind.EPISODES, List.of(EPISODE)).get(EPISODE))
                        .singleElement().extracting(Embedding::model).matches(name -> given == 3
                                ? name.equals(EmbeddingModel.MINILM) : name.startsWith("sha256:"));
            }
        }
    }

    @Test
    void aFilesVectors_areKept_asThoseOfAModelThatIsTheFiles() throws Exception {
        file.vector("episode", 1, AgentDbFile.direction(3));
        file.vector("skill", 1, AgentDbFile.direction(4));
        for (int time = 1; time <= 2; time++) {
            ImportReport report = node.importer.sqlite(file.path());
            assertThat(report.embeddingsKept()).isEqualTo(2);
            assertThat(report.embeddingsSkipped()).isZero();
            assertThat(report.notes()).isEmpty();
        }
        Embedding episode = only(Kind.EPISODES, EPISODE);
        assertThat(episode.vector()).isEqualTo(AgentDbFile.direction(3));
        assertThat(episode.isOf("t\nc")).isTrue();
        assertThat(episode.model()).startsWith("sha256:")
                .isEqualTo(only(Kind.SKILLS, Identity.skill("n")).model());
    }

    @Test
    void mocks_andWhatHasNoDirection_areLeftOut_andSaidSo() throws Exception {
        file.vector("episode", 1, MockEmbedding.of("t\nc"));
        file.vector("skill", 1, new float[384]);
        ImportReport report = node.importer.sqlite(file.path());
        assertThat(report.of(Kind.EPISODES).created()).isEqualTo(1);
        assertThat(report.embeddingsKept()).isZero();
        assertThat(report.embeddingsSkipped()).isEqualTo(2);
        assertThat(report.notes()).hasSize(2).anySatisfy(note -> assertThat(note)
                .contains("1 are what AgentDB makes where it cannot load its model"))
                .anySatisfy(note -> assertThat(note).contains("1 are not carried over, since they have no direction"));
        assertThat(kept(Kind.EPISODES, EPISODE)).isEmpty();
    }

    @Test
    void aRecordWithAnotherTextHere_keepsNoVectorOfTheFiles() throws Exception {
        node.importer.sqlite(file.path());
        node.jdbc.sql("update episodes set critique = 'another'").update();
        node.jdbc.sql("delete from skills").update();
        file.vector("episode", 1, AgentDbFile.direction(3));
        file.vector("skill", 1, AgentDbFile.direction(4));
        ImportReport report = node.importer.sqlite(file.path());
        assertThat(report.embeddingsSkipped()).isEqualTo(2);
        assertThat(report.notes()).singleElement().asString().contains("2 are not carried over", "deleted here");
        assertThat(kept(Kind.EPISODES, EPISODE)).isEmpty();
    }

    @Test
    void agentDbsExport_bringsItsVectorsToo() throws IOException {
        ImportReport report = node.importer.array(new ByteArrayInputStream(("[{\"id\":1,\"ts\":5,\"session_id\":\"s\","
                + "\"task\":\"t\",\"created_at\":6,\"embedding\":[0.5,0,-1]}]").getBytes(StandardCharsets.UTF_8)));
        assertThat(report.errors()).isEmpty();
        assertThat(report.embeddingsKept()).isEqualTo(1);
        assertThat(only(Kind.EPISODES, EPISODE).vector()).containsExactly(0.5f, 0, -1);
    }

    /** Whatever its text: AgentDB embeds more than records, and texts change. */
    @Test
    void aMock_isKnownWithoutItsText() {
        for (String text : List.of("a", "Fix the flaky login test\nretry on 503", "日本語 😀 ß", "x".repeat(5_000))) {
            assertThat(MockEmbedding.is(MockEmbedding.of(text))).isTrue();
            float[] other = MockEmbedding.of(text);
            other[200] += 0.01f;
            assertThat(MockEmbedding.is(other)).isFalse();
        }
        assertThat(MockEmbedding.is(MockEmbedding.of("t", 768))).isTrue();
        assertThat(MockEmbedding.is(AgentDbFile.direction(7))).isFalse();
        assertThat(MockEmbedding.is(new float[384])).isFalse();
        assertThat(MockEmbedding.is(new float[] {1})).isFalse();
    }

    private List<Embedding> kept(Kind kind, UUID id) {
        return node.bean(EmbeddingStore.class).find(kind, List.of(id)).getOrDefault(id, List.of());
    }

    private Embedding only(Kind kind, UUID id) {
        assertThat(kept(kind, id)).hasSize(1);
        assertThat(kept(kind, id).get(0).digest()).hasSize(EmbeddedText.digest("").length);
        return kept(kind, id).get(0);
    }
}
