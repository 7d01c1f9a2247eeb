package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.TestNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Importing on pages, as a browser without script sends and reads it. */
class ImportPagesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestNode node;
    private static PageReader olga;
    private static PageReader victor;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start("importing", SignInTest.USERS);
        olga = new PageReader(node).signedIn("olga", "olgas");
        victor = new PageReader(node).signedIn("victor", "victors");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void file_isImported_badLinesAreListedByNumber_andWhatCameInIsLinked() throws Exception {
        String place = sent("<b>mine\u202e.ndjson", ("{\"kind\":\"skills\",\"name\":\"from a page\"}\n"
                + "{\"kind\":\"skills\",\"<script>alert(1)</script>\":1}\n").getBytes(StandardCharsets.UTF_8));
        String page = ended(place);
        assertThat(page).contains("✓ done", "1 bad row", "<td class=\"n\">2</td>", "&lt;script&gt;",
                "&lt;b&gt;mine⟦U+202E⟧.ndjson", "Some of what came in").doesNotContain("<script>alert", "every 1s");
        String record = page.replaceFirst("(?s).*href=\"(/ui/memory/skills/[^\"]+)\".*", "$1");
        assertThat(olga.get(record).body()).contains("from a page");
        assertThat(victor.get(place).body()).contains("✓ done");
        assertThat(olga.get("/ui/memory/imports").body()).contains(place, "There is room for");
        assertThat(victor.get("/ui/memory/imports").body()).contains(place).doesNotContain("type=\"file\"");
    }

    @Test
    void databaseFileInGzip_isKnownByItsContent() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (InputStream sample = ImportPagesTest.class.getResourceAsStream("/example/agentdb-sample.sqlite");
                GZIPOutputStream out = new GZIPOutputStream(packed)) {
            sample.transferTo(out);
        }
        assertThat(ended(sent("sample.sqlite.gz", packed.toByteArray()))).contains("✓ done", ">181</td>",
                "What was left out", "reasoning_patterns: 3 rows of a table that is not carried over");
    }

    @Test
    void list_saysHowManyRowsWereRead_alsoIfNoneOfThemWasNew() throws Exception {
        byte[] lines = "{\"kind\":\"skills\",\"name\":\"one of three\"}\n".repeat(3).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 2; i++) {
            String place = sent("three.ndjson", lines);
            ended(place);
            assertThat(olga.get("/ui/memory/imports").body().replaceFirst("(?s).*?" + place, "").replaceFirst(
                    "(?s)</tr>.*", "")).contains("<td class=\"n\">3</td>");
        }
    }

    @Test
    void importUnderWay_isShown_andEndedByAnOperatorAlone() throws Exception {
        String lines = "{\"kind\":\"skills\",\"name\":\"slow %d\"}\n";
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 1_200; i++) {
            all.append(lines.formatted(i));
        }
        String place;
        try (Connection other = node.jdbc().getDataSource().getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("lock table skills in share mode");
            place = sent("slow.ndjson", all.toString().getBytes(StandardCharsets.UTF_8));
            assertThat(olga.get(place).body()).contains("↻ goes on", "hx-trigger=\"every 1s\"", "End this import");
            assertThat(victor.get(place).body()).contains("↻ goes on").doesNotContain("End this import");
            assertThat(victor.post(place + "/cancel").statusCode()).isEqualTo(403);
            assertThat(olga.post(place + "/cancel").statusCode()).isEqualTo(302);
            other.rollback();
        }
        assertThat(ended(place)).contains("○ ended by somebody", "olga has ended it", "nothing doubles");
    }

    @Test
    void directoryThatCannotBeMade_isNamedBesideTheImports() throws Exception {
        String[] settings = Stream.concat(Stream.of(SignInTest.USERS), Stream.of("agentdb.import.dir=/proc/none"))
                .toArray(String[]::new);
        try (TestNode full = TestNode.start("roomless", settings)) {
            full.jdbc().update("insert into imports (id, owner, source, who, state, phase, current, total, unit, rows,"
                    + " begun_at) values (gen_random_uuid(), gen_random_uuid(), 'before.ndjson', 'olga', 'SUCCEEDED',"
                    + " 'STORING', 20, 20, 'bytes', 1, now())");
            HttpResponse<String> page = new PageReader(full).signedIn("olga", "olgas").get("/ui/memory/imports");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("before.ndjson", "No room", "/proc/none", "agentdb.import.dir")
                    .doesNotContain("type=\"file\"", "Nothing of it was kept");
            assertThat(new PageReader(full).signedIn("victor", "victors").get("/ui/memory/imports").body())
                    .contains("before.ndjson").doesNotContain("/proc/none");
        }
    }

    @Test
    void formWithoutAFile_andAViewersFile_areRefused() throws Exception {
        assertThat(send(olga, "", new byte[0]).statusCode()).isEqualTo(400);
        assertThat(olga.post("/ui/memory/imports").statusCode()).isEqualTo(400);
        assertThat(send(victor, "x.ndjson", new byte[1]).statusCode()).isEqualTo(403);
    }

    private static String sent(String name, byte[] content) throws Exception {
        HttpResponse<String> answer = send(olga, name, content);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        return answer.headers().firstValue("Location").orElseThrow().replaceFirst("^https?://[^/]+", "");
    }

    /** The part that a page asks for, until it asks no more. */
    private static String ended(String place) {
        return await().atMost(PATIENCE).until(() -> olga.get(place).body(), page -> !page.contains("↻ goes on"));
    }

    private static HttpResponse<String> send(PageReader who, String name, byte[] content) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, "--edge\r\nContent-Disposition: form-data; name=\"complete\"\r\n\r\non\r\n");
        text(body, "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n");
        body.write(content);
        text(body, "\r\n--edge--\r\n");
        return who.send(who.request("/ui/memory/imports", "Origin", node.url(""), "Content-Type",
                "multipart/form-data; boundary=edge").POST(BodyPublishers.ofByteArray(body.toByteArray())).build());
    }

    private static void text(ByteArrayOutputStream body, String text) throws IOException {
        body.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
