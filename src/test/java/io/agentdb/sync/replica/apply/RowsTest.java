package io.agentdb.sync.replica.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.BinaryRow;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.codec.MessageCodec;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Revision;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields that pass from one database to the other in its own format arrive as those that are decoded on the way. */
class RowsTest {

    private final Database writer = new Database("writer");
    private final Database byRow = new Database("rows");
    private final Database byField = new Database("fields");

    @ParameterizedTest
    @ValueSource(strings = {"episodes", "skills", "edges"})
    void memoryThatCameAsRows_isTheOneThatCameFieldByField(String name) {
        write();
        Kind kind = Kind.named(name).orElseThrow();
        List<Revision> sent = writer.everything(kind);
        List<Revision> rows = travel(kind, sent, Set.of(Limits.ROWS));
        List<Revision> fields = travel(kind, sent, Set.of());
        assertThat(rows).isEqualTo(fields).isNotEmpty();
        assertThat(rows).filteredOn(revision -> !revision.deleted()).extracting(Revision::fields)
                .extracting(Content::row).doesNotContainNull();
        assertThat(fields).filteredOn(revision -> !revision.deleted()).extracting(Revision::fields)
                .extracting(Content::row).containsOnlyNulls();
        apply(byRow, kind, rows);
        apply(byField, kind, fields);
        assertThat(byRow.memory(kind)).isEqualTo(writer.memory(kind)).isEqualTo(byField.memory(kind));
        assertThat(byRow.everything(kind)).hasSameSizeAs(sent);
    }

    /** PostgreSQL alone finds that it is none; the records beside it do not wait. */
    @Test
    void rowWhoseJsonIsNone_isSetAsideAlone() {
        UUID good = writer.episode("good");
        UUID bad = writer.jdbc.queryForObject("insert into episodes (session_id, task, metadata)"
                + " values ('s', 'bad', '{\"key\": 1234}') returning id", UUID.class);
        List<Revision> spoilt = new ArrayList<>();
        for (Revision revision : writer.everything(Kind.EPISODES)) {
            byte[] fields = revision.fields().row().fields().clone();
            String text = new String(fields, StandardCharsets.ISO_8859_1);
            int at = text.indexOf("{\"key\"");
            if (at >= 0) {
                fields[at] = '[';
            }
            spoilt.add(new Revision(Kind.EPISODES, revision.id(), revision.version(),
                    new Content(BinaryRow.checked(Kind.EPISODES, fields))));
        }
        Applied applied = apply(byRow, Kind.EPISODES, travel(Kind.EPISODES, spoilt, Set.of(Limits.ROWS)));
        assertThat(applied.applied()).isEqualTo(1);
        assertThat(applied.quarantined()).isEqualTo(1);
        assertThat(byRow.memory(Kind.EPISODES)).containsOnlyKeys(good);
        assertThat(byRow.jdbc.queryForList("select id from quarantine", UUID.class)).containsExactly(bad);
    }

    /** Everything that a field may be, and that another release might trip over. */
    private void write() {
        writer.jdbc.update("""
                insert into episodes (ts, session_id, task, input, output, critique, reward, success, latency_ms,
                    tokens_used, tags, metadata) values
                ('0001-01-01 00:00:00Z', 's', 't', '', 'naïve 日本 🙂', chr(8) || chr(92) || chr(10), -0.0,
                    false, 0, 9223372036854775807, '{}', '{}'),
                ('9999-12-31 23:59:59.999999Z', 's', 't', null, null, null, 1e308, true, null, null, '{"",a,"b c"}',
                    '{"k": [1, 2.50, null, {"\u00e9": "x"}], "": false}'),
                (now(), 's', 't', repeat('x', 100000), null, null, null, null, null, null, '[0:1]={x,y}', null)
                """);
        writer.jdbc.update("""
                insert into skills (name, signature, code, uses, avg_reward, created_from_episode, last_used_at, tags)
                values ('full', '{"a": 1}', 'code', 3, 0.25, gen_random_uuid(), now(), '{x}'),
                    ('bare', null, null, null, null, null, null, null)
                """);
        writer.jdbc.update("update skills set code = 'changed' where name = 'full'");
        writer.jdbc.update("insert into skills (name) values ('gone')");
        writer.jdbc.update("delete from skills where name = 'gone'");
        writer.jdbc.update("insert into edges (from_id, relationship, to_id, weight, evidence_ids) values"
                + " (agentdb_skill_id('full'), 'r', agentdb_skill_id('bare'), 0.5, '[\"e\"]')");
    }

    private static List<Revision> travel(Kind kind, List<Revision> revisions, Set<String> understood) {
        byte[] frame = MessageCodec.encode(new Message.Batch(kind, revisions, Optional.empty()), understood);
        return ((Message.Batch) MessageCodec.decode(frame)).records();
    }

    private Applied apply(Database node, Kind kind, List<Revision> revisions) {
        return node.applier.apply(kind, revisions, Database.source(writer), ConflictStrategy.LATEST_WINS);
    }
}
