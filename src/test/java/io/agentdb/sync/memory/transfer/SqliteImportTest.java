package io.agentdb.sync.memory.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.Edge;
import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.Skill;
import io.agentdb.sync.memory.input.Edits;
import io.agentdb.sync.memory.store.MemoryFixture;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteImportTest {

    private static final String SCHEMA = """
            create table episodes (id integer primary key autoincrement, ts integer not null, session_id text not null,
                task text not null, input text, output text, critique text, reward real, success boolean,
                latency_ms integer, tokens_used integer, tags text, metadata json, created_at integer not null);
            create table skills (id integer primary key autoincrement, name text unique not null, description text,
                signature json, code text, success_rate real, uses integer, avg_reward real, avg_latency_ms integer,
                created_from_episode integer, created_at integer not null, updated_at integer, last_used_at integer,
                metadata json);
            create table skill_links (id integer primary key autoincrement, parent_skill_id integer not null,
                child_skill_id integer not null, relationship text not null, weight real, metadata json);
            create table causal_edges (id integer primary key autoincrement, from_memory_id integer not null,
                from_memory_type text not null, to_memory_id integer not null, to_memory_type text not null,
                similarity real, uplift real, confidence real, sample_size integer, evidence_ids text,
                experiment_ids text, confounder_score real, mechanism text, created_at integer not null,
                updated_at integer not null, last_validated_at integer, metadata json);
            """;

    @TempDir
    private Path directory;
    private MemoryFixture node;

    @BeforeEach
    void open() {
        node = new MemoryFixture();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void theSample_isImportedWhole() throws IOException {
        ImportReport report = node.importer.sqlite(sample());
        assertThat(report.errors()).isEmpty();
        assertThat(report.of(Kind.EPISODES).created()).isEqualTo(181);
        assertThat(report.of(Kind.SKILLS).created()).isEqualTo(10);
        assertThat(report.of(Kind.EDGES).created()).isEqualTo(19);
        assertThat(report.embeddingsSkipped()).isEqualTo(194);
        assertThat(report.tablesSkipped()).containsEntry("reasoning_patterns", 3L);
        Skill skill = node.store.find(Shape.SKILLS, Identity.skill("fibonacci")).orElseThrow();
        assertThat(skill.signature()).isEqualTo(new Json(
                "{\"inputs\":{\"n\":\"number\"},\"outputs\":{\"result\":\"number\"}}"));
        Edge edge = node.store.find(Shape.EDGES, Identity.edge(Identity.skill("fibonacci"), "prerequisite",
                Identity.skill("key_rotation"))).orElseThrow();
        assertThat(edge.coOccurrences()).isEqualTo(1);
        assertThat(edge.metadata()).isEqualTo(new Json("{\"coOccurrences\":1}"));
        assertThat(node.jdbc.sql("""
                select count(*) from edges join episodes on from_id = episodes.id join skills on to_id = skills.id
                where relationship = 'causal'""").query(Long.class).single()).isEqualTo(4);
        assertThat(node.jdbc.sql("select task from episodes where input = 'n=10'").query(String.class).list())
                .containsExactly("Calculate fibonacci");
    }

    @Test
    void reimportingTheSameFile_changesNothing() throws IOException {
        Path sample = sample();
        node.importer.sqlite(sample);
        node.store.write(Shape.SKILLS, Identity.skill("fibonacci"),
                skill -> Edits.patched(Shape.SKILLS, skill, JsonText.object("{\"uses\":99}")));
        node.store.delete(Shape.SKILLS, Identity.skill("key_rotation"));
        node.jdbc.sql("update episodes set reward = 0.5 where input = 'n=10'").update();
        node.jdbc.sql("delete from episodes where reward < 0.1").update();
        node.jdbc.sql("delete from edges where relationship = 'causal'").update();
        List<Map<String, Object>> before = node.everything();
        ImportReport report = node.importer.sqlite(sample);
        assertThat(node.everything()).isEqualTo(before);
        assertThat(report.of(Kind.SKILLS)).isEqualTo(new ImportReport.Counts(0, 0, 9, 1, 0, 0));
        assertThat(report.of(Kind.EDGES)).isEqualTo(new ImportReport.Counts(0, 0, 11, 8, 0, 0));
        assertThat(report.of(Kind.EPISODES).deletedHere()).isPositive();
        assertThat(report.errorCount()).isZero();
    }

    @Test
    void twoNodesThatImportTheSameFile_haveTheSameRecords() throws IOException {
        Path sample = sample();
        node.importer.sqlite(sample);
        try (MemoryFixture other = new MemoryFixture()) {
            other.importer.sqlite(sample);
            assertThat(other.exported()).isEqualTo(node.exported());
        }
    }

    @Test
    void equalRowNumbersOfTwoFiles_areTwoEpisodes() throws Exception {
        node.importer.sqlite(
                database("insert into episodes (id, ts, session_id, task, created_at) values (1, 5, 's', 'one', 5)"));
        node.importer.sqlite(
                database("insert into episodes (id, ts, session_id, task, created_at) values (1, 5, 's', 'two', 5)"));
        assertThat(node.count(Kind.EPISODES)).isEqualTo(2);
        assertThat(node.jdbc.sql("select id from episodes where task = 'one'").query(UUID.class).single())
                .isEqualTo(Identity.foreign("episode|1|5|5|s|one"));
    }

    @Test
    void absentValues_stayAbsent() throws Exception {
        node.importer.sqlite(database("""
                insert into episodes (id, ts, session_id, task, created_at, input, latency_ms, tags, reward, success,
                    tokens_used)
                values (1, 5, 's', 't', 6, '', 0, null, 0, 0, 0)""",
                "insert into skills (name, created_at, created_from_episode) values ('from one', 5, 1), ('from none',"
                + " 5, 9), ('own', 5, 0)"));
        Episode episode = node.store.find(Shape.EPISODES, Identity.foreign("episode|1|6|5|s|t")).orElseThrow();
        assertThat(episode).isEqualTo(new Episode(episode.id(), Instant.ofEpochSecond(5), "s", "t", null, null, null,
                0.0, false, null, 0L, null, null, Instant.ofEpochSecond(6)));
        assertThat(skill("from one").createdFromEpisode()).isEqualTo(episode.id());
        assertThat(skill("from none").createdFromEpisode()).isEqualTo(Identity.foreign("episode|9"));
        assertThat(skill("own").createdFromEpisode()).isNull();
    }

    @Test
    void endsThatAreNotInTheFile_keepTheirWords() throws Exception {
        ImportReport report = node.importer.sqlite(database("""
                insert into causal_edges (id, from_memory_id, from_memory_type, to_memory_id, to_memory_type,
                    created_at, updated_at)
                values (1, 0, 'rain on tuesdays', 7, 'note', 5, 5), (2, 9, 'episode', 0, 'skill', 5, 5)""",
                "insert into causal_edges (from_memory_id, from_memory_type, to_memory_id, to_memory_type,"
                + " created_at, updated_at)"
                        + " values (0, '" + "x".repeat(513) + "', 7, 'note', 5, 5)",
                "insert into skill_links (parent_skill_id, child_skill_id, relationship) values (3, 4, 'r')"));
        assertThat(report.of(Kind.EDGES)).isEqualTo(new ImportReport.Counts(3, 0, 0, 0, 0, 1));
        assertThat(report.errors()).singleElement().satisfies(error -> {
            assertThat(error.table() + error.rowid()).isEqualTo("causal_edges3");
            assertThat(error.error()).startsWith("from_type must have at most 512 characters, but has 513");
        });
        Edge edge = node.store.find(Shape.EDGES, Identity.edge(Identity.foreign("rain on tuesdays|0"), "causal",
                Identity.foreign("note|7"))).orElseThrow();
        assertThat(edge.fromType()).isEqualTo("rain on tuesdays");
        assertThat(edge.toType()).isEqualTo("note");
        assertThat(node.store.find(Shape.EDGES, Identity.edge(
                Identity.foreign("skill|3"), "r", Identity.foreign("skill|4"))))
                .get().extracting(Edge::createdAt).isEqualTo(Instant.EPOCH);
    }

    @Test
    void causalRowsOfTheSameEnds_becomeTheOneUpdatedLast() throws Exception {
        ImportReport report = node.importer.sqlite(database("""
                insert into causal_edges (from_memory_id, from_memory_type, to_memory_id, to_memory_type, uplift,
                    created_at, updated_at)
                values (1, 'note', 2, 'note', 0.1, 5, 5), (1, 'note', 2, 'note', 0.2, 5, 9),
                    (1, 'note', 2, 'note', 0.3, 5, 7)"""));
        assertThat(report.of(Kind.EDGES)).isEqualTo(new ImportReport.Counts(1, 0, 0, 0, 2, 0));
        assertThat(node.jdbc.sql("select uplift from edges").query(Double.class).single()).isEqualTo(0.2);
    }

    @Test
    void badRows_failAloneWithTableAndRow() throws Exception {
        ImportReport report = node.importer.sqlite(database("""
                insert into episodes (id, ts, session_id, task, created_at, reward, metadata, latency_ms, output) values
                (1, 5, 's', 'fine', 5, 1, null, 1, null), (2, 5, 's', 't', 5, 9e999, null, 1, null),
                (3, 5, 's', 't', 5, 1, '{bad', 1, null), (4, 5, 's', 't', 5, 1, null, 'fast', null),
                (5, 'noon', 's', 't', 5, 1, null, 1, null), (6, 5, 's', 't', 5, 1, null, 1, x'00ff'),
                (7, 5, '', 't', 5, 1, null, 1, null), (8, 5, 's', 't', 5, 1, null, 1, cast(x'41ff42' as text)),
                (9, 5, 's', 't', 5, 1, null, 1, 'a' || char(0) || 'b'), (10, 5, 's', 't', 5, 1, null, 1.5, null),
                (11, 5, 's', 'fine', 5, 1, null, 1, null)""",
                "insert into episodes (id, ts, session_id, task, created_at) values (12, 5, 's',"
                + " replace(hex(zeroblob(2500000)), '0', 'x'), 5)"));
        assertThat(report.errors()).hasSize(10);
        assertThat(report.of(Kind.EPISODES)).isEqualTo(new ImportReport.Counts(2, 0, 0, 0, 0, 10));
        assertThat(report.errors()).extracting(error -> error.table() + " " + error.rowid() + ": " + error.error())
                .satisfiesExactly(
                error -> assertThat(error).startsWith("episodes 2: reward must be a finite number"),
                error -> assertThat(error).startsWith("episodes 3: metadata has malformed JSON"),
                error -> assertThat(error).startsWith("episodes 4: latency_ms must be a whole number, but is \"fast\""),
                error -> assertThat(error).startsWith("episodes 5: ts must be seconds or milliseconds"),
                error -> assertThat(error).startsWith("episodes 6: output is a blob"),
                error -> assertThat(error).startsWith("episodes 7: session_id must not be empty"),
                error -> assertThat(error).startsWith("episodes 8: output is not UTF-8 at byte 2"),
                error -> assertThat(error).startsWith("episodes 9: output has the NUL character at position 1"),
                error -> assertThat(error).startsWith("episodes 10: latency_ms must be a whole number, but is 1.5"),
                error -> assertThat(error).startsWith("episodes 12: task is a blob, or has more than 4 MiB"));
    }

    @Test
    void filesThatAreNotSoundDatabasesOfAgentDbs_areRefusedClearly() throws Exception {
        Path empty = Files.createFile(directory.resolve("empty"));
        assertThatThrownBy(() -> node.importer.sqlite(empty)).isInstanceOf(InvalidInput.class)
                .hasMessage("the file is empty");
        Path text = Files.writeString(directory.resolve("text"), "hello, this is no database at all");
        assertThatThrownBy(() -> node.importer.sqlite(text)).hasMessage("the file is not a SQLite database");
        Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(Files.readAllBytes(sample()), 20_000));
        assertThatThrownBy(() -> node.importer.sqlite(cut)).isInstanceOf(InvalidInput.class)
                .hasMessageContaining("damaged");
        Path head = Files.write(directory.resolve("head"), Arrays.copyOf(Files.readAllBytes(sample()), 16));
        assertThatThrownBy(() -> node.importer.sqlite(head)).isInstanceOf(InvalidInput.class);
        Path broken = sample();
        try (RandomAccessFile file = new RandomAccessFile(broken.toFile(), "rw")) {
            for (long at = 4096; at < file.length(); at += 4096) {
                file.seek(at);
                file.write(new byte[64]);
            }
        }
        assertThatThrownBy(() -> node.importer.sqlite(broken)).isInstanceOf(InvalidInput.class)
                .hasMessageContaining("damaged");
        Path other = directory.resolve("other");
        run(other, "create table things (id integer)");
        assertThatThrownBy(() -> node.importer.sqlite(other)).hasMessageContaining("has none of AgentDB's tables");
        Path view = directory.resolve("view");
        run(view, "create view episodes as select 1 as ts, 's' as session_id, 't' as task, 1 as created_at");
        assertThatThrownBy(() -> node.importer.sqlite(view)).hasMessageContaining("has none of AgentDB's tables");
        Path strange = directory.resolve("strange");
        run(strange, "create table episodes (id integer primary key, task text)");
        assertThatThrownBy(() -> node.importer.sqlite(strange)).hasMessage(
                "the table episodes is not AgentDB's: it has no ts, session_id");
    }

    @Test
    void aFileInWalMode_isReadWithoutAFileBesideIt() throws Exception {
        Path file = database("insert into skills (name, created_at) values ('x', 5)");
        run(file, "pragma journal_mode = wal");
        Path alone = Files.copy(file, Files.createDirectory(directory.resolve("alone")).resolve("a?b#c %41.sqlite"));
        assertThat(node.importer.sqlite(alone, true).of(Kind.SKILLS).created()).isEqualTo(1);
        try (var files = Files.list(alone.getParent())) {
            assertThat(files).containsExactly(alone);
        }
    }

    @Test
    void aFileInWalModeThatCameAlone_isRefused_unlessTheCallerKnowsThatItIsWhole() throws Exception {
        Path file = database("insert into skills (name, created_at) values ('before', 5)");
        try (Connection open = DriverManager.getConnection("jdbc:sqlite:" + file); Statement statement =
                open.createStatement()) {
            statement.executeQuery("pragma journal_mode = wal").close();
            statement.executeUpdate("insert into skills (name, created_at) values ('in the wal', 5)");
            Path alone = Files.copy(file, directory.resolve("alone.sqlite"));
            assertThatThrownBy(() -> node.importer.sqlite(alone)).isInstanceOf(WalMissing.class)
                    .hasMessageContaining("vacuum into");
            assertThat(node.count(Kind.SKILLS)).as("nothing of it").isZero();
            Path whole = directory.resolve("whole.sqlite");
            run(file, "vacuum into '" + whole + "'");
            assertThat(node.importer.sqlite(whole).of(Kind.SKILLS).created()).isEqualTo(2);
            assertThat(node.importer.sqlite(file).of(Kind.SKILLS).unchanged()).as("with its -wal beside it")
                    .isEqualTo(2);
        }
        assertThat(node.importer.sqlite(file, true).of(Kind.SKILLS).unchanged()).as("closed").isEqualTo(2);
        assertThatThrownBy(() -> node.importer.sqlite(file)).as("looks the same").isInstanceOf(WalMissing.class);
    }

    @Test
    void aCopyOfTheFile_hasTheSameRecords() throws Exception {
        Path sample = sample();
        node.importer.sqlite(sample);
        Path copy = directory.resolve("copy.sqlite");
        run(sample, "vacuum into '" + copy + "'");
        ImportReport report = node.importer.sqlite(copy);
        assertThat(report.of(Kind.EPISODES)).isEqualTo(new ImportReport.Counts(0, 0, 181, 0, 0, 0));
    }

    @Test
    void causalRowsThatSayAnotherMechanism_areCounted_whereTheyBecomeOne() throws Exception {
        ImportReport report = node.importer.sqlite(database("""
                insert into causal_edges (from_memory_id, from_memory_type, to_memory_id, to_memory_type, mechanism,
                    created_at, updated_at)
                values (1, 'episode', 2, 'episode', 'rain', 5, 5), (1, 'episode', 2, 'episode', 'sun', 5, 9),
                (1, 'episode', 2, 'episode', 'sun', 5, 7), (1, 'episode', 3, 'episode', null, 5, 5),
                    (1, 'episode', 3, 'episode', 'ice', 5, 4)"""));
        assertThat(report.of(Kind.EDGES)).isEqualTo(new ImportReport.Counts(2, 0, 0, 0, 3, 0));
        assertThat(report.notes()).singleElement().asString().startsWith("causal_edges: 3 rows are not carried over")
                .contains("2 of them say another mechanism");
    }

    @Test
    void aSmallFileThatSwells_isRefused() throws Exception {
        Path file = directory.resolve("swelling.sqlite");
        run(file, "create table skills (id integer primary key, name text, created_at integer)",
                "insert into skills (name, created_at) with recursive n (i) as (select 1 union all select i + 1 from"
                + " n where i < 100)"
                        + " select 's' || i, 5 from n",
                // Rows that were there do not hold it.
                "alter table skills add column code text default '" + "x".repeat(900_000) + "'");
        assertThat(Files.size(file)).isLessThan(2_000_000);
        assertThatThrownBy(() -> node.importer.sqlite(file)).isInstanceOf(InvalidInput.class)
                .hasMessageContaining("far more text than");
        assertThat(node.count(Kind.SKILLS)).isLessThan(30);
    }

    @Test
    void columnsThatNoRecordHas_areNoted() throws Exception {
        ImportReport report = node.importer.sqlite(database("""
                insert into causal_edges (from_memory_id, from_memory_type, to_memory_id, to_memory_type, created_at,
                    updated_at,
                    last_validated_at) values (1, 'note', 2, 'note', 5, 5, 6)"""));
        assertThat(report.notes()).containsExactly("causal_edges.last_validated_at is not carried over");
    }

    private Skill skill(String name) {
        return node.store.find(Shape.SKILLS, Identity.skill(name)).orElseThrow();
    }

    private Path sample() throws IOException {
        Path copy = Files.createTempFile(directory, "sample", ".sqlite");
        try (InputStream in = SqliteImportTest.class.getResourceAsStream("/example/agentdb-sample.sqlite")) {
            Files.write(copy, in.readAllBytes());
        }
        return copy;
    }

    private Path database(String... inserts) throws IOException, SQLException {
        Path file = Files.createTempFile(directory, "made", ".sqlite");
        run(file, SCHEMA);
        run(file, inserts);
        return file;
    }

    private static void run(Path file, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.executeUpdate(sql);
            }
        }
    }
}
