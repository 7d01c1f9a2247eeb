package io.agentdb.sync.replica.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChangeApplierTest {

    private final Database a = new Database("a");
    private final Database b = new Database("b");

    @Test
    void everyKindAndColumn_arrivesAsItWas() {
        a.jdbc.update("""
                insert into episodes (ts, session_id, task, input, output, critique, reward, success, latency_ms,
                    tokens_used, tags, metadata)
                values ('2026-02-03 04:05:06.123456Z', 'sitzung', 'Ümläute 🦊', '', E'tab\\t"quote"\\nline', null, 0.1,
                    true, 150, 200,
                        '{}', '{"a": [1, 2.50, null, {"ü": "\\u00e9"}]}'),
                       ('0001-01-01Z', 's', 't', null, null, null, -1.7976931348623157e308, false, 0,
                           9223372036854775807, '{a,"b c",NULL_}', 'null')
                """);
        a.jdbc.update("insert into skills (name, signature, uses, success_rate, avg_latency_ms, tags,"
                + " created_from_episode)"
                        + " values ('fib', '{\"inputs\": {}}', 5, 0.7000000000000001, 100.5, '{math}',"
                        + " gen_random_uuid())");
        a.jdbc.update("insert into edges (from_id, relationship, to_id, weight, evidence_ids)"
                + " values (gen_random_uuid(), 'prerequisite', gen_random_uuid(), 0.3, '[\"1\"]')");
        for (Kind kind : Kind.ALL) {
            Applied applied = b.pull(kind, a);
            assertThat(applied.applied()).isEqualTo(a.memory(kind).size());
            assertThat(b.memory(kind)).isEqualTo(a.memory(kind)).isNotEmpty();
        }
    }

    @Test
    void sameBatchTwice_changesNothing() {
        a.episode("once");
        a.jdbc.update("delete from episodes where id = ?", a.episode("deleted"));
        List<Revision> batch = a.everything(Kind.EPISODES);
        assertThat(b.applier.applyUnresolved(Kind.EPISODES, batch, Database.source(a)).applied()).isEqualTo(2);
        List<Revision> first = b.everything(Kind.EPISODES);
        Applied again = b.applier.applyUnresolved(Kind.EPISODES, batch, Database.source(a));
        assertThat(again.applied()).isZero();
        assertThat(again.known()).isEqualTo(2);
        assertThat(b.everything(Kind.EPISODES)).isEqualTo(first);
    }

    @Test
    void updateAndDelete_followTheRecord() {
        UUID id = a.episode("first");
        b.pull(Kind.EPISODES, a);
        a.jdbc.update("update episodes set task = 'second' where id = ?", id);
        assertThat(b.pull(Kind.EPISODES, a).applied()).isEqualTo(1);
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
        a.jdbc.update("delete from episodes where id = ?", id);
        b.pull(Kind.EPISODES, a);
        assertThat(b.memory(Kind.EPISODES)).isEmpty();
        assertThat(b.everything(Kind.EPISODES)).singleElement().matches(Revision::deleted);
    }

    @Test
    void recreatedSkill_takesOverTheTombstone_andIsNoConflict() {
        a.jdbc.update("insert into skills (name) values ('fib')");
        a.jdbc.update("delete from skills");
        b.pull(Kind.SKILLS, a);
        b.jdbc.update("insert into skills (name, uses) values ('fib', 1)");
        assertThat(b.jdbc.queryForObject("select count(*) from tombstones", Integer.class)).isZero();
        a.pull(Kind.SKILLS, b);
        assertThat(a.memory(Kind.SKILLS)).isEqualTo(b.memory(Kind.SKILLS)).hasSize(1);
        assertThat(a.conflicts).isEmpty();
    }

    @Test
    void concurrentEdits_endWithTheLaterOne_onBothSides_andAreLogged() {
        UUID id = a.episode("base");
        b.pull(Kind.EPISODES, a);
        a.jdbc.update("update episodes set task = 'by a' where id = ?", id);
        b.jdbc.update("update episodes set task = 'by b, later' where id = ?", id);
        a.pull(Kind.EPISODES, b);
        b.pull(Kind.EPISODES, a);
        assertThat(a.memory(Kind.EPISODES)).isEqualTo(b.memory(Kind.EPISODES));
        assertThat(a.memory(Kind.EPISODES).get(id)).contains("by b, later");
        assertThat(a.conflicts).singleElement().satisfies(conflict -> {
            assertThat(task(conflict.local())).isEqualTo("by a");
            assertThat(task(conflict.remote())).isEqualTo("by b, later");
        });
    }

    @Test
    void sameContentWrittenOnBothSides_isNoConflict_andEndsAsOneVersion() {
        for (Database node : List.of(a, b)) {
            node.jdbc.update(
                    "insert into skills (name, uses, created_at, updated_at) values ('fib', 1, '2026-01-01Z',"
                    + " '2026-01-01Z')");
        }
        a.pull(Kind.SKILLS, b);
        b.pull(Kind.SKILLS, a);
        assertThat(a.conflicts).isEmpty();
        assertThat(b.conflicts).isEmpty();
        assertThat(a.everything(Kind.SKILLS).get(0).version()).isEqualTo(b.everything(Kind.SKILLS).get(0).version());
    }

    @Test
    void serverThatResolvesNothing_answersWithItsOwnVersion() {
        UUID id = a.episode("base");
        b.pull(Kind.EPISODES, a);
        a.jdbc.update("update episodes set task = 'by a' where id = ?", id);
        b.jdbc.update("delete from episodes where id = ?", id);
        Applied applied = b.applier.applyUnresolved(Kind.EPISODES, a.everything(Kind.EPISODES), Database.source(a));
        assertThat(applied.concurrent()).singleElement().matches(Revision::deleted);
        assertThat(b.memory(Kind.EPISODES)).isEmpty();
    }

    @Test
    void newerVersion_goesOnKnowingWhatOnlyTheOneHereHadSeen() {
        UUID id = a.episode("base");
        b.pull(Kind.EPISODES, a);
        a.jdbc.update("update episodes set task = 'by a' where id = ?", id);
        b.jdbc.update("update episodes set task = 'by b, later' where id = ?", id);
        Database c = new Database("c");
        c.pull(Kind.EPISODES, b);
        c.jdbc.update("update episodes set task = 'by c, who knows nothing of a' where id = ?", id);
        b.pull(Kind.EPISODES, a);
        b.pull(Kind.EPISODES, c);
        assertThat(b.everything(Kind.EPISODES)).singleElement().matches(revision -> task(revision).startsWith("by c"));
        assertThat(b.conflicts).hasSize(1);
        Applied again = b.applier.apply(Kind.EPISODES, a.everything(Kind.EPISODES), Database.source(a),
                ConflictStrategy.LATEST_WINS);
        assertThat(again.conflicts()).as("what was decided stays so").isEmpty();
        assertThat(again.known()).isEqualTo(1);
    }

    @Test
    void joinedContext_doesNotMoveTheRow() {
        UUID id = a.episode("base");
        b.pull(Kind.EPISODES, a);
        b.jdbc.update("update episodes set task = 'by b' where id = ?", id);
        a.jdbc.update("update episodes set task = 'by a, later' where id = ?", id);
        Cursor end = a.read(Kind.EPISODES, Cursor.start(a.actor()), a.fence(), 10).cursors().get(0);
        a.pull(Kind.EPISODES, b);
        assertThat(a.conflicts).hasSize(1);
        assertThat(a.everything(Kind.EPISODES).get(0).version().context().counters()).containsKey(b.actor());
        assertThat(a.read(Kind.EPISODES, end, a.fence(), 10).revisions()).isEmpty();
    }

    @Test
    void cursorAndBatch_areOneTransaction() {
        a.episode("first");
        CursorStore.CursorKey key = new CursorStore.CursorKey(
                new NodeId("a"), Kind.EPISODES, CursorStore.Flow.PULL, b.actor(), "");
        Cursor somewhere = new Cursor(a.actor(), 77, UUID.randomUUID());
        b.jdbc.execute("alter table episodes add constraint broken check (task <> 'first') not valid");
        b.jdbc.execute("alter table quarantine rename to elsewhere");
        assertThatThrownBy(() -> b.applier.apply(Kind.EPISODES, a.everything(Kind.EPISODES), Database.source(a),
                ConflictStrategy.LATEST_WINS, Optional.of(new CursorStore.Move(key, somewhere))))
                .isInstanceOf(RuntimeException.class);
        assertThat(b.cursors.find(key, a.actor())).isEmpty();
        b.jdbc.execute("alter table elsewhere rename to quarantine");
        b.jdbc.execute("alter table episodes drop constraint broken");
        b.applier.apply(Kind.EPISODES, a.everything(Kind.EPISODES), Database.source(a), ConflictStrategy.LATEST_WINS,
                Optional.of(new CursorStore.Move(key, somewhere)));
        assertThat(b.cursors.find(key, a.actor())).contains(somewhere);
    }

    @Test
    void poison_isSetAside_andTheOthersLand() {
        for (int i = 0; i < 50; i++) {
            a.episode("record " + i);
        }
        List<Revision> batch = new ArrayList<>(a.everything(Kind.EPISODES));
        batch.set(17, poisoned(batch.get(17), "nul \u0000 character"));
        batch.set(33, poisoned(batch.get(33), "x".repeat(5 << 20)));
        Applied applied = b.applier.apply(Kind.EPISODES, batch, Database.source(a), ConflictStrategy.LATEST_WINS);
        assertThat(applied.applied()).isEqualTo(48);
        assertThat(applied.quarantined()).isEqualTo(2);
        assertThat(b.jdbc.queryForList("select id from quarantine", UUID.class))
                .containsExactlyInAnyOrder(batch.get(17).id(), batch.get(33).id());
    }

    @Test
    void skillUnderAnIdThatIsNotItsNames_isSetAside() {
        a.jdbc.update("insert into skills (name) values ('fib'), ('sound')");
        List<Revision> batch = a.everything(Kind.SKILLS).stream()
                .map(revision -> revision.content().get(0).equals("fib")
                ? new Revision(Kind.SKILLS, UUID.randomUUID(), revision.version(), revision.content()) : revision)
                .toList();
        Applied applied = b.applier.applyUnresolved(Kind.SKILLS, batch, Database.source(a));
        assertThat(applied.quarantined()).isEqualTo(1);
        assertThat(b.jdbc.queryForList("select name from skills", String.class)).containsExactly("sound");
        assertThat(b.jdbc.queryForObject("select reason from quarantine", String.class)).contains("demands the id");
    }

    @Test
    void cursorOfAnotherIncarnation_isNotFound() {
        CursorStore.CursorKey key = new CursorStore.CursorKey(
                new NodeId("a"), Kind.EPISODES, CursorStore.Flow.PULL, b.actor(), "");
        b.cursors.move(new CursorStore.Move(key, new Cursor(a.actor(), 5, UUID.randomUUID())));
        a.self.renew(a.actor(), null, "a test says so");
        assertThat(b.cursors.find(key, a.actor())).isEmpty();
    }

    private static Revision poisoned(Revision revision, String task) {
        List<Object> values = new ArrayList<>(revision.content().values());
        values.set(Kind.EPISODES.indexOf("task"), task);
        return new Revision(revision.kind(), revision.id(), revision.version(), new Content(values));
    }

    private static String task(Revision revision) {
        return (String) revision.content().get(Kind.EPISODES.indexOf("task"));
    }
}
