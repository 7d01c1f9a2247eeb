package io.agentdb.sync.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.transfer.Exporter;
import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.memory.transfer.Importer;
import io.agentdb.sync.run.SyncReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can be stored can be sent, changed, exported and imported again. */
class StorableTest {

    private static TestNode a;
    private static TestNode b;

    @BeforeAll
    static void start() {
        a = TestNode.start("a");
        b = TestNode.start("b", "agentdb.sync.conflict-strategy=merge");
    }

    @AfterAll
    static void close() {
        a.close();
        b.close();
    }

    @Test
    void keyAsLongAsAnyText_createdAndPatchedByRest_isSynchronized() throws Exception {
        String key = "k".repeat(100_000);
        String created = call("POST", "/skills", "{\"name\":\"long key\",\"metadata\":{\"" + key + "\":1}}");
        String id = created.replaceFirst("(?s).*\"id\":\"([^\"]+)\".*", "$1");
        call("PATCH", "/skills/" + id, "{\"metadata\":{\"" + key + "\":2}}");
        synchronizes();
        b.jdbc().update("update skills set metadata = metadata || '{\"of b\": 1}' where id = ?::uuid", id);
        call("PATCH", "/skills/" + id, "{\"metadata\":{\"" + key + "\":3}}");
        synchronizes();
        b.jdbc().update("update skills set uses = 1 where id = ?::uuid", id);
        synchronizes();
    }

    @Test
    void nastyRecords_areExportedAndImportedAgain_andSynchronized_andChangedAndSynchronizedAgain() throws Exception {
        String deep = "[".repeat(100) + "]".repeat(100);
        String digits = "9".repeat(400);
        for (String metadata : List.of("{}", "[]", "null", "1", "\"\"", "\"a \\\"text\\\" \\u0001\"", "-0.0", digits,
                "-" + digits, "0." + "0".repeat(799) + "1", "1e399", "1e-800",
                "123456789012345678901234567890.12345678901234567890", deep, "{\"\": {\"\": null}}",
                "{\"\\u0001\\u001f/\\\"\\\\\": 1, \"a/b\": 2, \"\\ud83d\\ude42\": 3}", "{\"id\": 1, \"kind\": \"x\"}",
                "\"" + "\\u0001".repeat(600_000) + "\"", "\"{\\\"not\\\": an object\"", "\"  \"",
                        "{\"" + "n".repeat(4_000_000) + "\": 0}")) {
            a.jdbc().update("insert into episodes (session_id, task, metadata) values ('s', 'metadata', ?::jsonb)",
                    metadata);
            if (metadata.length() > 2_000_000) {
                continue;
            }
            a.jdbc().update("insert into skills (name, signature, metadata)"
                    + " values (gen_random_uuid()::text, ?::jsonb, ?::jsonb)", metadata, metadata);
            a.jdbc().update("insert into edges (from_id, relationship, to_id, evidence_ids)"
                    + " values (gen_random_uuid(), 'r', gen_random_uuid(), ?::jsonb)", metadata);
        }
        for (String text : List.of("", " ", "\u0001\u001f\u007f\u0085\u2028\ufeff\uffff", "\ufeffbom",
                "{\"kind\": \"skills\"}", "null", "🙂\n\r\t\\\"", "\u0001".repeat(4_190_000),
                        "\"\\".repeat(2_000_000))) {
            a.jdbc().update("insert into episodes (session_id, task, input, tags) values (?, ?, ?, ?)", name(text),
                    text, text.length() > 1000 ? null : text, new String[] {text.substring(
                            0, Math.min(500, text.length())), "", "a,b", "NULL", "{}"});
            if (text.length() > 1000) {
                continue;
            }
            a.jdbc().update("insert into skills (name, description, tags) values (?, ?, '{}')", name(text), text);
            a.jdbc().update("insert into edges (from_type, from_id, relationship, to_type, to_id, mechanism)"
                    + " values ('Skill', gen_random_uuid(), ?, 'dream', gen_random_uuid(), ?)", name(text), text);
        }
        a.jdbc().update("""
                insert into episodes (ts, created_at, session_id, task, reward, latency_ms, tokens_used, success) values
                ('0001-01-01Z', '9999-12-31 23:59:59.999999Z', 's', 't', -1.7976931348623157e308, 9223372036854775807,
                    0, false),
                ('1582-10-10Z', '1883-11-18 12:00:00Z', 's', 't', 4.9e-324, 0, 9223372036854775807, true),
                    (now(), now(), 's', 't', '-0', 1, 1, null)""");
        a.jdbc().update("""
                insert into skills (name, uses, success_rate, avg_reward, avg_latency_ms, updated_at, last_used_at,
                    created_from_episode) values
                ('counted', 9223372036854775807, 1.7976931348623157e308, 4.9e-324, '-0', null, '0001-01-01Z',
                    gen_random_uuid())""");
        a.jdbc().update("insert into edges (from_id, relationship, to_id, weight, updated_at) values"
                + " ('00000000-0000-0000-0000-000000000000', 'r',"
                        + " 'ffffffff-ffff-ffff-ffff-ffffffffffff', '-0', null)");

        try (TestNode empty = TestNode.start("c")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            a.bean(Exporter.class).ndjson(Kind.ALL, out);
            ImportReport report = empty.bean(Importer.class).ndjson(new ByteArrayInputStream(out.toByteArray()));
            assertThat(report.errors()).isEmpty();
            for (Kind kind : Kind.ALL) {
                assertThat(contents(empty, kind)).isEqualTo(contents(a, kind));
            }
        }
        synchronizes();
        for (String kind : List.of("episodes", "skills", "edges")) {
            String patch = "update " + kind
                    + " set metadata = case when jsonb_typeof(metadata) = 'object' then metadata || ?::jsonb else"
                    + " '[1]' end" + " where metadata is null or octet_length(metadata::text) < 4000000";
            a.jdbc().update(patch, "{\"by a\": 1}");
            b.jdbc().update(patch, "{\"by b\": 1}");
        }
        synchronizes();
        synchronizes();
    }

    private static String name(String text) {
        return text.substring(0, Math.min(511, text.length())) + "x";
    }

    private static void synchronizes() {
        SyncReport report = b.sync(a);
        assertThat(report.failure()).as(String.valueOf(report)).isNull();
        assertThat(b.digests()).isEqualTo(a.digests());
        for (TestNode node : List.of(a, b)) {
            assertThat(node.jdbc().queryForList("select kind, id, code, reason from quarantine")).isEmpty();
        }
    }

    private static List<Map<String, Object>> contents(TestNode node, Kind kind) {
        return node.jdbc()
                .queryForList("select id::text, md5((to_jsonb(t) - array['actor', 'counter', 'xid', 'context', 'hlc',"
                + " 'feed_xid', 'via', 'choice',"
                        + " 'field_hlc', 'tallies', 'unknown_fields'])::text) as content from " + kind
                                + " t order by id");
    }

    private static String call(String method, String path, String json) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(a.url(path)))
                .header("Content-Type", method.equals("PATCH") ? "application/merge-patch+json" : "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json)).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body().substring(0, Math.min(300, answer.body().length())))
                .isBetween(200, 299);
        return answer.body();
    }
}
