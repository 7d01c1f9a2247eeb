package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.attach.copy.NotWrittenBack;
import io.agentdb.sync.attach.copy.WriteBack;
import io.agentdb.sync.attach.copy.WrittenBack;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.home.Scratch;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.memory.transfer.Importer;
import io.agentdb.sync.sqlite.SqliteExport;
import io.agentdb.sync.sqlite.SqliteExporter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is only read, and is made anew when nobody uses it. */
class WriteBackTest {

    private static TestNode node;

    @TempDir
    private Path directory;
    private Path file;
    private Path lock;
    private WriteBack writeBack;

    @BeforeAll
    static void start() {
        node = TestNode.start("a");
    }

    @AfterAll
    static void end() {
        node.close();
    }

    @BeforeEach
    void make() throws IOException {
        // Deleted, the records would leave tombstones.
        node.jdbc().execute("begin; set local session_replication_role = replica;"
                + " truncate episodes, skills, edges, tombstones, embeddings; commit");
        file = directory.resolve("agentdb.db");
        lock = directory.resolve("agentdb.db.agentdb.lock");
        try (AgentFile agent = AgentFile.sqlJs(file)) {
            agent.episode("of the agent");
            agent.skill("rotation");
        }
        quiet();
        node.episode("of a peer");
        writeBack = node.bean(WriteBack.class);
    }

    @Test
    void newFile_hasBothSidesRows_isNothingNewForImport_andTheOldOneStaysBesideIt() throws Exception {
        byte[] old = Files.readAllBytes(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        WrittenBack written = writeBack.write(file);
        try (AgentFile agent = AgentFile.sqlJs(file)) {
            assertThat(agent.texts("select task from episodes join episode_embeddings on episode_id = id order by 1"))
                    .containsExactly("of a peer", "of the agent");
            assertThat(agent.texts("select name || uses from skills")).containsExactly("rotation5");
            assertThat(agent.text("pragma integrity_check")).isEqualTo("ok");
        }
        assertThat(written.episodes()).isEqualTo(2);
        assertThat(Files.readAllBytes(Path.of(written.backup()))).isEqualTo(old);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-r-----");
        ImportReport again = node.bean(Importer.class).sqlite(file, true);
        assertThat(Kind.ALL.stream().mapToLong(kind -> again.of(kind).created() + again.of(kind).updated()).sum())
                .isZero();
        assertThat(names()).containsExactly("agentdb.db", Path.of(written.backup()).getFileName().toString());
    }

    @Test
    void lockOfAgentDbs_refusesIt_andStays() throws Exception {
        Files.writeString(lock, "1\n");
        assertRefused("AgentDB's lock agentdb.db.agentdb.lock is there");
        assertThat(lock).exists();
    }

    @Test
    void fileThatWasJustChanged_orHasSqlitesFilesBesideIt_isLeft() throws Exception {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        assertRefused("changed within the last 3 seconds");
        quiet();
        Path journal = Files.createFile(directory.resolve("agentdb.db-journal"));
        assertRefused("agentdb.db-journal is beside it");
        Files.delete(journal);
        Path link = Files.createSymbolicLink(directory.resolve("link.db"), file);
        assertThatThrownBy(() -> writeBack.write(link)).isInstanceOf(NotWrittenBack.class)
                .hasMessageContaining("is a link");
    }

    @Test
    void fileThatChangesMeanwhile_isLeft_evenWhereItsTimesSayOtherwise() throws Exception {
        FileTime time = Files.getLastModifiedTime(file);
        SqliteExporter exporter = node.bean(SqliteExporter.class);
        WriteBack slow = new WriteBack(node.bean(Importer.class), kinds -> {
            SqliteExport made = exporter.export(kinds);
            inFile("insert into episodes (session_id, task) values ('s', 'saved meanwhile')");
            Files.setLastModifiedTime(file, time);
            return made;
        }, node.bean(Scratch.class));
        assertThatThrownBy(() -> slow.write(file)).isInstanceOf(NotWrittenBack.class)
                .hasMessageContaining("changed meanwhile");
        try (AgentFile agent = AgentFile.sqlJs(file)) {
            assertThat(agent.texts("select task from episodes")).containsExactly("of the agent", "saved meanwhile");
        }
        assertThat(lock).doesNotExist();
    }

    @Test
    void rowsThatNoNodeKeeps_columnsAndTriggersOfThePersons_refuseIt() throws Exception {
        inFile("create table facts (id integer primary key, subject text)");
        quiet();
        assertThat(writeBack.write(file).episodes()).as("empty tables are no loss").isEqualTo(2);
        inFile("insert into facts (subject, predicate, object) values ('s', 'p', 'o')");
        quiet();
        assertRefused("1 rows of its table facts");
        inFile("delete from facts");
        inFile("alter table skills add mine text");
        inFile("create trigger theirs after insert on episodes begin select 1; end");
        quiet();
        assertRefused("the columns mine of its table skills, its trigger theirs");
    }

    @Test
    void rowThatIsNoRecord_refusesIt() throws Exception {
        inFile("update episodes set metadata = '{bad'");
        quiet();
        assertRefused("1 of its rows are no valid records");
    }

    @Test
    void fileInWalMode_isToBeAttached() throws Exception {
        Path wal = directory.resolve("wal.db");
        AgentFile.open(wal).close();
        assertThatThrownBy(() -> writeBack.write(wal)).isInstanceOf(NotWrittenBack.class)
                .hasMessageContaining("WAL mode");
    }

    @Test
    void overHttp_itIsForReadOnlyAttachmentsAlone_andTheNextLookFindsNothingNew() throws Exception {
        Path wal = directory.resolve("wal.db");
        try (AgentFile agent = AgentFile.open(wal); TestNode b = TestNode.start("b",
                "agentdb.attach[0].path=" + file, "agentdb.attach[1].path=" + wal)) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(b.jdbc().queryForObject("select count(*) from episodes", Long.class)).isEqualTo(1);
                assertThat(agent.number("select count(*) from episodes")).isEqualTo(1);
            });
            b.episode("later");
            assertThat(post(b, "/attachments/1/write-back").statusCode()).isEqualTo(409);
            HttpResponse<String> answer = post(b, "/attachments/0/write-back");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("before-write-back", "\"episodes\":2");
            HttpResponse<String> again = post(b, "/attachments/0/write-back");
            assertThat(again.statusCode()).isEqualTo(409);
            assertThat(again.body()).contains("not-written-back", "within the last 3 seconds");
            assertThat(post(b, "/attachments/7/write-back").statusCode()).isEqualTo(404);
            assertThat(b.jdbc().queryForObject("select count(*) from episodes", Long.class)).isEqualTo(2);
        }
    }

    @Test
    void edgesOfWhichANodeKeepsOne_areNotLost_withoutAWord() throws Exception {
        inFile("insert into causal_edges (from_memory_id, from_memory_type, to_memory_id, to_memory_type, mechanism)"
                + " values (0, 'rain', 0, 'mud', 'one'), (0, 'rain', 0, 'mud', 'two')");
        quiet();
        assertRefused("1 of its causal edges");
    }

    private void assertRefused(String why) throws IOException {
        byte[] before = Files.readAllBytes(file);
        List<String> names = names();
        assertThatThrownBy(() -> writeBack.write(file)).isInstanceOf(NotWrittenBack.class).hasMessageContaining(why);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(names()).as("nothing is left behind").isEqualTo(names);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(one -> one.getFileName().toString()).sorted().toList();
        }
    }

    private void inFile(String sql) {
        try (AgentFile agent = AgentFile.sqlJs(file)) {
            agent.run(sql);
        }
    }

    private void quiet() throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    }

    private static HttpResponse<String> post(TestNode at, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(at.url(path)))
                .POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
    }
}
