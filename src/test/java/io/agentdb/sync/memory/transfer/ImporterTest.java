package io.agentdb.sync.memory.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.Skill;
import io.agentdb.sync.memory.store.MemoryFixture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImporterTest {

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
    void reimportingTheSameLines_changesNothing() {
        String[] lines = {
            "{\"kind\":\"episodes\",\"sessionId\":\"s\",\"task\":\"t\",\"ts\":1772530200,\"tags\":[\"a\"],\"reward\":0.1}",
            "{\"kind\":\"skill\",\"name\":\"x\",\"uses\":3,\"metadata\":{\"b\":1.50,\"a\":[]}}",
            "{\"kind\":\"edge\",\"fromSkillId\":\"x\",\"toSkillId\":\"y\",\"relationship\":\"r\"}"};
        ImportReport first = node.lines(lines);
        assertThat(first.errors()).isEmpty();
        assertThat(first.kinds().values()).allSatisfy(counts -> assertThat(counts.created()).isEqualTo(1));
        List<?> before = node.everything();
        ImportReport second = node.lines(lines);
        assertThat(second.kinds().values()).allSatisfy(counts -> assertThat(counts.unchanged()).isEqualTo(1));
        assertThat(node.everything()).isEqualTo(before);
    }

    @Test
    void aLine_takesThePlaceOfTheRecordOfItsIdentity() {
        node.lines("{\"kind\":\"skills\",\"name\":\"x\",\"uses\":3,\"createdAt\":5}");
        ImportReport report = node.lines("{\"kind\":\"skills\",\"name\":\"x\",\"uses\":4}");
        assertThat(report.of(Kind.SKILLS).updated()).isEqualTo(1);
        Skill skill = node.store.find(Shape.SKILLS, Identity.skill("x")).orElseThrow();
        assertThat(skill.uses()).isEqualTo(4);
        assertThat(skill.createdAt().getEpochSecond()).isEqualTo(5);
    }

    @Test
    void aLineForADeletedRecord_createsItAgain() {
        node.lines("{\"kind\":\"skills\",\"name\":\"x\"}");
        node.store.delete(Shape.SKILLS, Identity.skill("x"));
        assertThat(node.lines("{\"kind\":\"skills\",\"name\":\"x\"}").of(Kind.SKILLS).created()).isEqualTo(1);
    }

    @Test
    void theSameRecordTwiceInOneFile_endsAsTheLaterLine() {
        ImportReport report = node.lines("{\"kind\":\"skills\",\"name\":\"x\",\"uses\":1}",
                "{\"kind\":\"skills\",\"name\":\"x\",\"uses\":2}");
        assertThat(report.of(Kind.SKILLS)).isEqualTo(new ImportReport.Counts(1, 1, 0, 0, 0, 0));
        assertThat(node.store.find(Shape.SKILLS, Identity.skill("x")).orElseThrow().uses()).isEqualTo(2);
    }

    @Test
    void badLines_failAloneWithTheirNumbers() {
        ImportReport report = node.lines(bytes("\ufeff{\"kind\":\"skills\",\"name\":\"first\"}\r\n"
                + "\n"
                + "{\"kind\":\"skills\"}\n"
                + "{\"kind\":\"notes\",\"text\":\"x\"}\n"
                + "{\"name\":\"x\"}\n"
                + "not json\n"
                + "[1]\n"
                + "{\"kind\":\"skills\",\"name\":\"\\u0000\"}\n"
                + "{\"kind\":\"episodes\",\"sessionId\":\"s\",\"task\":\"t\",\"reward\":NaN}\n"
                + "{\"kind\":\"skills\",\"name\":\"last\"}"));
        assertThat(report.of(Kind.SKILLS).created()).isEqualTo(2);
        assertThat(report.errors()).extracting(ImportReport.RowError::line).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(report.errors()).extracting(ImportReport.RowError::error).satisfiesExactly(
                error -> assertThat(error).isEqualTo("name is required"),
                error -> assertThat(error).isEqualTo("kind must be one of [episodes, skills, edges], but is \"notes\""),
                error -> assertThat(error).isEqualTo("kind must be one of [episodes, skills, edges], but is absent"),
                error -> assertThat(error).startsWith("malformed JSON at line 1, column"),
                error -> assertThat(error).isEqualTo("must be a JSON object, but is an array"),
                error -> assertThat(error).startsWith("name has the NUL character"),
                error -> assertThat(error).startsWith("malformed JSON"));
    }

    @Test
    void nulBytes_areNoBlankLine() {
        ImportReport report =
                node.lines(bytes(
                        "{\"kind\":\"skills\",\"name\":\"x\"}\n\0\0\0\0\n \t\r\n{\"kind\":\"skills\",\"name\":\"y\"}\0"));
        assertThat(report.of(Kind.SKILLS).created()).isEqualTo(1);
        assertThat(report.errors()).extracting(ImportReport.RowError::line).containsExactly(2L, 4L);
    }

    @Test
    void anArray_isTakenElementByElement() throws IOException {
        ImportReport report =
                array("\ufeff [{\"kind\":\"skills\",\"name\":\"a]},{\\\"\",\"metadata\":{\"x\":[1,{\"y\":2}]}} , 7,"
                + " {\"kind\":\"skills\"},"
                        + "{\"kind\":\"edges\",\"from\":\"a\",\"to\":\"b\",\"relationship\":\"r\"}, {bad}, [1]\n]\n");
        assertThat(report.of(Kind.SKILLS)).isEqualTo(new ImportReport.Counts(1, 0, 0, 0, 0, 1));
        assertThat(report.of(Kind.EDGES).created()).isEqualTo(1);
        assertThat(report.errors()).extracting(ImportReport.RowError::line).containsExactly(2L, 3L, 5L, 6L);
        assertThat(array("[]").errorCount()).isZero();
    }

    @Test
    void anArrayThatIsCutOff_isSaidToBe_andItsBeginningIsStored() throws IOException {
        ImportReport report = array("[{\"kind\":\"skills\",\"name\":\"x\"},{\"kind\":\"ski");
        assertThat(report.of(Kind.SKILLS).created()).isEqualTo(1);
        assertThat(report.errors()).singleElement().satisfies(error -> {
            assertThat(error.line()).isEqualTo(2);
            assertThat(error.error()).contains("cut off");
        });
        assertThat(array("[{\"kind\":\"skills\",\"name\":\"x\"}] and more").errorCount()).isEqualTo(1);
    }

    @Test
    void anElementOf100Megabytes_failsAlone() throws IOException {
        ImportReport report = node.importer.array(new SequenceInputStream(
                new ByteArrayInputStream(bytes("[\"")), new SequenceInputStream(
                new Repeated(bytes("x"), 100_000_000), new ByteArrayInputStream(
                        bytes("\",{\"kind\":\"skills\",\"name\":\"after\"}]")))));
        assertThat(report.of(Kind.SKILLS).created()).isEqualTo(1);
        assertThat(report.errors()).singleElement().satisfies(
                error -> assertThat(error.error()).contains("has 100000002"));
    }

    /** As its program writes it: the columns as they are, JSON in strings, an embedding as an object of bytes. */
    @Test
    void agentDbsExport_isTakenAsItsFileIs() throws IOException {
        String export = """
                [
                  {
                    "id": 1, "ts": 5, "session_id": "s", "task": "t", "input": "", "output": null,
                    "critique": null, "reward": 0.5,
                    "success": 1, "latency_ms": 0, "tokens_used": 0, "tags": "[\\"a\\"]", "metadata": "",
                    "created_at": 6,
                    "embedding": {"0": 12, "1": 255}
                  },
                  {"id": 2, "ts": 5, "session_id": "s", "task": "t", "success": 0, "created_at": 6,
                    "embedding": null, "mood": "good"},
                  {"id": 3, "ts": "noon", "session_id": "s", "task": "t", "success": 2, "created_at": 6}
                ]""";
        ImportReport report = array(export);
        assertThat(report.of(Kind.EPISODES)).isEqualTo(new ImportReport.Counts(2, 0, 0, 0, 0, 1));
        assertThat(report.embeddingsSkipped()).isEqualTo(1);
        assertThat(report.notes()).containsExactly("episodes.mood is not carried over");
        Episode one = node.store.find(Shape.EPISODES, Identity.foreign("episode|1|6|5|s|t")).orElseThrow();
        assertThat(one).isEqualTo(new Episode(one.id(), Instant.ofEpochSecond(5), "s", "t", null, null, null, 0.5, true,
                null, 0L, List.of("a"), null, Instant.ofEpochSecond(6)));
        node.jdbc.sql("update episodes set task = 'changed here' where id = ?").param(one.id()).update();
        ImportReport again = node.lines(export.replaceAll("\\s+", " ").replaceFirst("^\\[", "").replaceFirst("]$", "")
                .replace("}, {\"id", "}\n{\"id"));
        assertThat(again.of(Kind.EPISODES)).as("as lines too").isEqualTo(new ImportReport.Counts(0, 0, 2, 0, 0, 1));
        assertThat(node.store.find(Shape.EPISODES, one.id()).orElseThrow().task()).isEqualTo("changed here");
    }

    private ImportReport array(String text) throws IOException {
        return node.importer.array(new ByteArrayInputStream(bytes(text)));
    }

    @Test
    void aLineThatIsNotUtf8_failsAlone() throws IOException {
        byte[] latin = "{\"kind\":\"skills\",\"name\":\"\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1);
        ImportReport report = node.importer.ndjson(new SequenceInputStream(new ByteArrayInputStream(latin),
                new ByteArrayInputStream(bytes("{\"kind\":\"skills\",\"name\":\"\u00e9\"}\n"))));
        assertThat(report.of(Kind.SKILLS).created()).isEqualTo(1);
        assertThat(report.errors()).singleElement().extracting(ImportReport.RowError::error).asString()
                .contains("not UTF-8 at byte 26");
    }

    @Test
    void rowsThatOnlyTheDatabaseRefuses_failAloneAmongTheOthers() {
        String huge = "1e399,".repeat(11_000);
        String lines = IntStream.range(0, 20).mapToObj(i -> "{\"kind\":\"skills\",\"name\":\"s" + i + "\""
                + (i % 7 == 3 ? ",\"metadata\":{\"a\":[" + huge + "1]}" : "") + "}").collect(Collectors.joining("\n"));
        ImportReport report = node.lines(lines);
        assertThat(report.of(Kind.SKILLS)).isEqualTo(new ImportReport.Counts(17, 0, 0, 0, 0, 3));
        assertThat(report.errors()).extracting(ImportReport.RowError::line).containsExactly(4L, 11L, 18L);
        assertThat(report.errors().get(0).error()).isEqualTo("the record must have at most 4 MiB (4194304 bytes)");
    }

    @Test
    void aLineOf100Megabytes_failsAlone() throws IOException {
        InputStream in = new SequenceInputStream(new Repeated(bytes("x"), 100_000_000),
                new ByteArrayInputStream(bytes("\n{\"kind\":\"skills\",\"name\":\"after\"}")));
        ImportReport report = node.importer.ndjson(in);
        assertThat(report.of(Kind.SKILLS).created()).isEqualTo(1);
        assertThat(report.errors()).singleElement().satisfies(error -> {
            assertThat(error.line()).isEqualTo(1);
            assertThat(error.error()).contains("has 100000000");
        });
    }

    @Test
    void tenThousandBadLines_makeAReportOfOneThousand() {
        ImportReport report = node.lines("x\n".repeat(10_000));
        assertThat(report.errorCount()).isEqualTo(10_000);
        assertThat(report.errors()).hasSize(1000);
    }

    /** 60 MB pass, and what was read long ago is in the database already: nothing gathers in memory. */
    @Test
    void aLargeImport_isStoredWhileItIsRead() throws IOException {
        byte[] line = bytes("{\"kind\":\"skills\",\"name\":\"x\",\"code\":\"" + "y".repeat(1_000_000) + "\"}\n");
        Repeated body = new Repeated(line, 60);
        long[] greatest = {0};
        InputStream watched = new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                long stored = node.jdbc.sql("select last_value from agentdb_counter").query(Long.class).single();
                greatest[0] = Math.max(greatest[0], body.given() / line.length - stored);
                return body.read(into, offset, length);
            }
        };
        ImportReport report = node.importer.ndjson(watched);
        assertThat(report.of(Kind.SKILLS)).isEqualTo(new ImportReport.Counts(1, 0, 59, 0, 0, 0));
        assertThat(greatest[0]).as("records read and not yet sent to the database").isLessThan(6);
    }

    @Test
    void whatIsExported_isImportedToTheSameContent() {
        UUID episode = UUID.fromString("0198c0de-0000-7000-8000-00000000000a");
        node.jdbc.sql("""
                insert into episodes (id, ts, session_id, task, input, reward, success, latency_ms, tags, metadata,
                    created_at)
                values (?, '2026-03-03 09:30:00.123456Z', E's\\n\\u00e9', '', E'\\t"\\\\', 0.1, false,
                    9223372036854775807,
                    '{"a,b","\\"",""}', '{"a": 1.10, "b": 1e20, "c": null, "d": "\\u2028"}',
                        '0001-01-01Z')""").param(episode).update();
        // What only SQL clients write.
        node.jdbc.sql("insert into episodes (session_id, task, metadata, tags) values ('s', 't', '\"text\"', '{}')")
                .update();
        node.jdbc.sql("insert into episodes (session_id, task, metadata) values ('s', 't', 'null')").update();
        node.jdbc.sql("insert into episodes (session_id, task, metadata) values ('s', 't', '5')").update();
        node.jdbc.sql("insert into skills (name, signature, avg_reward, updated_at) values ('x', '[1]', 1e-300, null)")
                .update();
        node.jdbc.sql("insert into skills (name, created_from_episode) values ('\ud83d\ude00', ?)").param(episode)
                .update();
        node.jdbc.sql("""
                insert into edges (from_type, from_id, relationship, to_type, to_id, evidence_ids)
                values ('note', ?, 'r', 'skill', ?, '["1"]')""").params(episode, episode).update();
        String exported = node.exported();
        try (MemoryFixture other = new MemoryFixture()) {
            ImportReport report = other.lines(exported);
            assertThat(report.errors()).isEmpty();
            assertThat(other.exported()).isEqualTo(exported);
            assertThat(other.lines(exported).kinds().values()).allSatisfy(
                    counts -> assertThat(counts.updated() + counts.created()).isZero());
        }
        assertThat(node.lines(exported).kinds().values()).allSatisfy(
                counts -> assertThat(counts.updated() + counts.created()).isZero());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
