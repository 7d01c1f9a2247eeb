package io.agentdb.sync.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.home.EmbeddedSettings;
import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.home.NodeSettings;
import io.agentdb.sync.home.Scratch;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.store.MemoryFixture;
import io.agentdb.sync.memory.transfer.ImportReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.PlatformTransactionManager;

class SqliteExportTest {

    private static final UUID EPISODE = UUID.fromString("01890000-0000-7000-8000-000000000001");

    @TempDir
    private Path directory;
    private MemoryFixture node;
    private SqliteExporter exporter;

    @BeforeEach
    void open() {
        node = new MemoryFixture();
        exporter = new SqliteExporter(node.bean(DataSource.class), node.bean(PlatformTransactionManager.class),
                node.bean(EmbeddingStore.class), scratch());
    }

    private Scratch scratch() {
        return new Scratch(NodeHome.of(new NodeSettings(null),
                new EmbeddedSettings(directory.resolve("home").toString(), 0, null), false, directory));
    }

    @AfterEach
    void close() {
        node.close();
    }

    /** Each of them ends searches of AgentDB's: see what it does with such rows, in docs/agentdb.md. */
    @Test
    void whatWouldBreakASearchOfAgentDbs_isMadeSafe() throws Exception {
        node.lines("{'kind':'episode','id':'%s','ts':'2026-01-02T03:04:05.678Z','session_id':'s','task':'t'}"
                .formatted(EPISODE).replace('\'', '"'),
                "{'kind':'skill','name':'n','created_from_episode':'%s','tags':['x']}".formatted(EPISODE)
                        .replace('\'', '"'),
                ("{'kind':'edge','from_type':'rain','from_id':'%1$s','relationship':'causal','to_type':'episode',"
                + "'to_id':'%2$s','confidence':7}")
                        .formatted(Identity.foreign("rain|0"), EPISODE).replace('\'', '"'));
        AgentDbFile file = exported("episodes=1, skills=1, links=0, causal-edges=1, edges-left-out=0, embeddings=mock");
        assertThat(file.rows("select id, ts, task, reward, success, tags, metadata, input from episodes"))
                .containsExactly("1|1767323045|t|0.0|0|null|null|null");
        assertThat(file.rows("select name, signature, success_rate, uses, avg_latency_ms, created_from_episode "
                + "from skills"))
                .containsExactly("n|{\"inputs\":{},\"outputs\":{}}|0.0|0|0|null");
        assertThat(file.rows("select from_memory_id, from_memory_type, to_memory_id, to_memory_type, similarity,"
                + " confidence"
                + " from causal_edges")).containsExactly("0|rain|1|episode|0.0|1.0");
        assertThat(file.rows("pragma integrity_check")).containsExactly("ok");
        assertThat(file.rows("pragma foreign_key_check")).isEmpty();
        assertThat(file.rows("pragma journal_mode")).containsExactly("delete");
    }

    @Test
    void anEdge_isALinkWhereBothSkillsAreThere_andElseLeftOutAndCounted() throws Exception {
        for (String edge : List.of("a needs b", "a needs nobody")) {
            String[] words = edge.split(" ");
            node.lines("{\"kind\":\"edge\",\"from_id\":\"" + Identity.skill(words[0]) + "\","
                    + "\"relationship\":\"" + words[1]
                    + "\",\"to_id\":\"" + Identity.skill(words[2]) + "\",\"weight\":0.5,\"co_occurrences\":3}");
        }
        node.lines("{\"kind\":\"skill\",\"name\":\"a\"}", "{\"kind\":\"skill\",\"name\":\"b\"}");
        AgentDbFile file = exported("episodes=0, skills=2, links=1, causal-edges=0, edges-left-out=1, embeddings=mock");
        assertThat(file.rows("select p.name, relationship, c.name, weight, l.metadata from skill_links l"
                + " join skills p on p.id = parent_skill_id join skills c on c.id = child_skill_id"))
                .containsExactly("a|needs|b|0.5|{\"coOccurrences\":3}");
    }

    @Test
    void theFileTakenInAgain_makesNoSecondRecord_andElsewhereTheSameOnes() throws Exception {
        node.importer.sqlite(sample());
        node.lines("{'kind':'episode','id':'%s','ts':'2026-01-02T03:04:05.678Z','session_id':'s','task':'t'}"
                .formatted(EPISODE).replace('\'', '"'),
                ("{'kind':'edge','from_type':'episode','from_id':'%s','relationship':'causal',"
                + "'to_type':'episode','to_id':'%s'}")
                        .formatted(Identity.foreign("not here"), Identity.foreign("nor here")).replace('\'', '"'),
                ("{'kind':'edge','from_type':'episode','from_id':'%s','relationship':'causal',"
                + "'to_type':'episode','to_id':'%s'}")
                        .formatted(Identity.foreign("not here"), EPISODE).replace('\'', '"'));
        AgentDbFile file = exported("episodes=182, skills=10, links=11, causal-edges=10, edges-left-out=0, "
                + "embeddings=mock");
        List<Map<String, Object>> before = node.everything();
        ImportReport again = node.importer.sqlite(file.path());
        assertThat(again.errors()).isEmpty();
        assertThat(again.tablesSkipped()).isEmpty();
        assertThat(again.of(Kind.EPISODES)).isEqualTo(new ImportReport.Counts(0, 0, 182, 0, 0, 0));
        assertThat(again.of(Kind.SKILLS)).isEqualTo(new ImportReport.Counts(0, 0, 10, 0, 0, 0));
        assertThat(again.of(Kind.EDGES)).isEqualTo(new ImportReport.Counts(0, 0, 21, 0, 0, 0));
        assertThat(node.everything()).isEqualTo(before);
        try (MemoryFixture other = new MemoryFixture()) {
            assertThat(other.importer.sqlite(file.path()).errors()).isEmpty();
            for (Kind kind : Kind.ALL) {
                String ids = "select id::text from " + kind + " order by 1";
                assertThat(other.jdbc.sql(ids).query(String.class).list())
                        .isEqualTo(node.jdbc.sql(ids).query(String.class).list());
            }
        }
        // What an agent adds to the file is new, and what it says of its rows does not change.
        file.run("insert into episodes (session_id, task, reward, success) values ('agent', 'added', 1, 1)");
        assertThat(node.importer.sqlite(file.path()).of(Kind.EPISODES))
                .isEqualTo(new ImportReport.Counts(1, 0, 182, 0, 0, 0));
    }

    @Test
    void embeddingsOfOneModel_goAlong_andWhereOneIsMissing_allAreMocks() throws Exception {
        node.lines("{'kind':'episode','id':'%s','ts':'2026-01-02T03:04:05Z','session_id':'s','task':'t'}"
                .formatted(EPISODE).replace('\'', '"'), "{\"kind\":\"skill\",\"name\":\"n\"}");
        put(Kind.EPISODES, EPISODE, EmbeddingModel.MINILM, "t", 1);
        exported("episodes=1, skills=1, links=0, causal-edges=0, edges-left-out=0, embeddings=mock");
        put(Kind.SKILLS, Identity.skill("n"), EmbeddingModel.MINILM, "another text", 2);
        AgentDbFile mocks = exported("episodes=1, skills=1, links=0, causal-edges=0, edges-left-out=0, "
                + "embeddings=mock");
        assertThat(mocks.rows("select episode_id, embedding_model, length(embedding) from episode_embeddings"
                + " union all select skill_id, embedding_model, length(embedding) from skill_embeddings"))
                .containsExactly("1|mock|1536", "1|mock|1536");
        put(Kind.SKILLS, Identity.skill("n"), EmbeddingModel.MINILM, "n\n{\"inputs\":{},\"outputs\":{}}", 2);
        AgentDbFile whole = exported("episodes=1, skills=1, links=0, causal-edges=0, edges-left-out=0, "
                + "embeddings=minilm");
        assertThat(whole.rows("select embedding_model, hex(substr(embedding, 1, 12)) from episode_embeddings"))
                .containsExactly("all-MiniLM-L6-v2|000000000000803F00000000");
        assertThat(whole.rows("select embedding_model from skill_embeddings")).containsExactly("all-MiniLM-L6-v2");
        // Nothing of it stays here.
        try (var left = Files.list(scratch().directory())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aFilesOwnVectors_comeBackOut() throws Exception {
        AgentDbFile file = AgentDbFile.create(directory);
        file.run("insert into episodes (id, ts, session_id, task) values (1, 5, 's', 'one'), (2, 6, 's', 'two')");
        file.vector("episode", 1, AgentDbFile.direction(1));
        file.vector("episode", 2, AgentDbFile.direction(2));
        node.importer.sqlite(file.path());
        try (SqliteExport export = exporter.export(List.of(Kind.EPISODES))) {
            assertThat(export.embeddings()).startsWith("sha256:");
            assertThat(AgentDbFile.of(export.file()).rows(
                    "select task, hex(embedding) from episodes join episode_embeddings on episode_id = id order "
                    + "by task"))
                    .isEqualTo(file.rows("select task, hex(embedding) from episodes join episode_embeddings"
                            + " on episode_id = id order by task"));
        }
    }

    @Test
    void anotherReader_findsNothingOfIt_andWhatAKillLeaves_isRemoved() throws Exception {
        Path exports = scratch().directory();
        Path left = Files.createFile(exports.resolve("left.sqlite"));
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(7_200)));
        Path others = Files.createFile(exports.resolve("underway.sqlite"));
        try (SqliteExport export = exporter.export(Kind.ALL)) {
            assertThat(left).doesNotExist();
            assertThat(others).exists();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(export.file())))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aDiskWithoutRoom_endsIt_beforeTheDatabaseHasNoneLeft() throws Exception {
        assertThatThrownBy(() -> ExportFile.create(scratch(), ExportFile.RESERVE + 4_000))
                .isInstanceOf(NoRoomForExport.class).hasMessageContaining("256 MiB free");
        try (ExportFile file = ExportFile.create(scratch(), ExportFile.RESERVE + (1 << 20))) {
            byte[] bytes = new byte[1 << 20];
            assertThatThrownBy(() -> file.insert("insert into episode_embeddings (episode_id, embedding) values "
                    + "(1, ?)", bytes))
                    .isInstanceOf(NoRoomForExport.class);
        }
    }

    private void put(Kind kind, UUID id, String model, String text, int direction) {
        node.bean(EmbeddingStore.class).put(kind, List.of(new EmbeddingStore.Kept(id,
                new Embedding(model, EmbeddedText.digest(text), AgentDbFile.direction(direction)))));
    }

    private AgentDbFile exported(String summary) throws Exception {
        try (SqliteExport export = exporter.export(Kind.ALL)) {
            assertThat(export.summary()).isEqualTo(summary);
            return AgentDbFile.of(directory, Files.readAllBytes(export.file()));
        }
    }

    private Path sample() throws IOException {
        try (var in = SqliteExportTest.class.getResourceAsStream("/example/agentdb-sample.sqlite")) {
            return Files.write(directory.resolve("sample.sqlite"), in.readAllBytes());
        }
    }
}
