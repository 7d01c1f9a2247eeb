package io.agentdb.sync.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.revision.FieldTimes;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Versions;
import org.junit.jupiter.api.Test;

class LoggedRevisionTest {

    private final Database a = new Database("a");

    @Test
    void everyKindAndColumn_isReadBackExactly_outOfJsonb() {
        a.jdbc.update("""
                insert into episodes (ts, session_id, task, input, output, critique, reward, success, latency_ms,
                    tokens_used, tags, metadata)
                values ('2026-02-03 04:05:06.123456Z', 'sitzung', 'Ümläute 🦊', '', E'tab\\t"quote"\\nline', null, 0.1,
                    true, 150, 200,
                        '{}', '{"b": [1, 2.50, null, {"ü": "\\u00e9"}], "a": 1}'),
                       ('0001-01-01Z', 's', 't', null, null, null, -1.7976931348623157e308, false, 0,
                           9223372036854775807, '{a,"b c"}', 'null'),
                       (now(), 's', 't', null, null, null, 4.9e-324, null, null, null, null, '"text"'),
                       (now(), 's', 't', null, null, null, '-0', null, null, null, null, '1.0')
                """);
        a.jdbc.update("insert into skills (name, signature, uses, success_rate, avg_latency_ms, tags,"
                + " created_from_episode)"
                        + " values ('fib', '{\"inputs\": {}}', 5, 0.7000000000000001, 100.5, '{math}',"
                        + " gen_random_uuid()), ('gone', null, 1, 1, 1, null, null)");
        a.jdbc.update("update skills set uses = uses + 1, metadata = '{\"x/y\": 1}'");
        a.jdbc.update("delete from skills where name = 'gone'");
        a.jdbc.update("insert into edges (from_id, relationship, to_id, weight, evidence_ids)"
                + " values (gen_random_uuid(), 'prerequisite', gen_random_uuid(), 0.3, '[\"1\"]')");
        for (Kind kind : Kind.ALL) {
            assertThat(a.everything(kind)).isNotEmpty().allSatisfy(revision -> {
                assertThat(RevisionJson.parse(kind, RevisionJson.of(revision))).isEqualTo(written(revision));
                assertSame(revision, RevisionJson.parse(kind,
                        a.jdbc.queryForObject("select ?::jsonb::text", String.class, RevisionJson.of(revision))));
            });
        }
        Revision chosen = Versions.choice(a.everything(Kind.SKILLS).get(0));
        assertThat(RevisionJson.parse(Kind.SKILLS, RevisionJson.of(chosen)).version()).isEqualTo(chosen.version());
    }

    @Test
    void whatIsNoVersion_isRefused() {
        assertThatThrownBy(() -> RevisionJson.parse(Kind.SKILLS, "{\"id\": 1}"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RevisionJson.parse(Kind.SKILLS, "[")).isInstanceOf(IllegalArgumentException.class);
    }

    /** JSON of the history by its value, since jsonb puts spaces into it. */
    private static Revision written(Revision revision) {
        return new Revision(revision.kind(), revision.id(), revision.version(), revision.content(),
                History.of(compact(revision.history().fieldTimes()), compact(revision.history().tallies())));
    }

    private static String compact(String json) {
        return json == null ? null : json.replace(" ", "");
    }

    private static void assertSame(Revision expected, Revision read) {
        assertThat(read.version()).isEqualTo(expected.version());
        assertThat(read.content()).isEqualTo(expected.content());
        assertThat(FieldTimes.of(read)).isEqualTo(FieldTimes.of(expected));
        assertThat(read.history().sameTallies(expected.history())).isTrue();
        assertThat(read.history().tallies() == null).isEqualTo(expected.history().tallies() == null);
    }
}
