package io.agentdb.sync.replica.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Revision;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a metadata key was removed is kept for as long as somebody may not know that it was, and not longer. */
class RemovedKeysTest {

    private final Database a = new Database("a");
    private final Database b = new Database("b");
    private final RemovedKeys removed = new RemovedKeys(a.jdbc, a.transaction);

    @Test
    void wherePeersAreNone_theyAreForgottenAtOnce_andNoVersionChanges() {
        UUID id = a.episode("runs");
        set(a, id, "{\"a\": 1, \"b\": 1}");
        set(a, id, "{\"b\": 2}");
        Revision before = a.everything(Kind.EPISODES).get(0);
        assertThat(removed.drop(Kind.EPISODES, a.actor())).isEqualTo(1);
        assertThat(times(id)).isEqualTo("{\"\",metadata/b}");
        assertThat(a.everything(Kind.EPISODES).get(0).version()).isEqualTo(before.version());
        assertThat(a.jdbc.queryForObject("select feed_xid = xid from episodes", Boolean.class)).isTrue();
        assertThat(removed.drop(Kind.EPISODES, a.actor())).isZero();
    }

    @Test
    void peerThatHasNotPassedTheRemoval_keepsItInForce_andOneThatHasCannotBringTheKeyBack() {
        a.policy = ConflictStrategy.MERGE;
        b.policy = ConflictStrategy.MERGE;
        UUID id = a.episode("shared");
        set(a, id, "{\"gone\": 1, \"kept\": 1}");
        b.pull(Kind.EPISODES, a);
        passed();
        set(a, id, "{\"kept\": 1}");
        b.jdbc.update("update episodes set critique = 'by b' where id = ?", id);
        removed.drop(Kind.EPISODES, a.actor());
        assertThat(times(id)).contains("metadata/gone");
        a.pull(Kind.EPISODES, b);
        assertThat(metadata(a, id)).isEqualTo("{\"kept\": 1}");
        b.pull(Kind.EPISODES, a);
        passed();
        new RemovedKeys(a.jdbc, a.transaction).drop(Kind.EPISODES, a.actor());
        assertThat(times(id)).doesNotContain("metadata/gone");
        b.jdbc.update("update episodes set critique = 'by b again' where id = ?", id);
        a.jdbc.update("update episodes set output = 'by a' where id = ?", id);
        a.pull(Kind.EPISODES, b);
        b.pull(Kind.EPISODES, a);
        assertThat(metadata(a, id)).isEqualTo("{\"kept\": 1}");
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
    }

    @Test
    void recordThatAConflictIsOpenAbout_keepsThem() {
        UUID id = a.episode("disputed");
        set(a, id, "{\"a\": 1}");
        set(a, id, "{}");
        a.jdbc.update("insert into quarantine (kind, id, actor, counter, xid, peer_node, code, reason, revision,"
                + " next_try)" + " values ('episodes', ?, 'c.aaaaaaaa', 1, 1, 'c', 'x', 'x', '{}', now())", id);
        assertThat(removed.drop(Kind.EPISODES, a.actor())).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void recordThatIsWrittenAgainAndAgain_staysSmall(boolean peered) {
        UUID id = a.episode("runs");
        if (peered) {
            passed();
        }
        for (int i = 0; i < 600; i++) {
            set(a, id, "{\"run-" + i + "\": " + i + "}");
            if (peered && i % 100 == 0) {
                passed();
            }
        }
        assertThat(a.jdbc.queryForObject("select octet_length(field_hlc::text) from episodes", Integer.class))
                .isLessThan(12_000);
    }

    @Test
    void updateThatWouldMakeTheRecordTooLargeToSend_isRefusedWithWordsAndAHint() {
        UUID id = a.episode("runs");
        a.jdbc.update("insert into cursors (peer_node, kind, direction, scope, reader, feed, xid, id)"
                + " select 'away', 'episodes', 'push', '', 'away.aaaaaaaa', actor, 0, ? from node", new UUID(0, 0));
        a.jdbc.update("update episodes set metadata = (select jsonb_object_agg('key number ' || i, 1) from"
                + " generate_series(1, 20000) i)");
        a.jdbc.update("update episodes set metadata = '{}'");
        assertThatThrownBy(
                () -> a.jdbc.update(
                        "update episodes set metadata = (select jsonb_object_agg('other ' || i, 1) from"
                        + " generate_series(1, 20000) i)"))
                .hasMessageContaining("write times of so many metadata keys").hasMessageContaining("Hint: ");
        assertThat(metadata(a, id)).isEqualTo("{}");
        a.jdbc.update("delete from cursors");
        a.jdbc.update("update episodes set metadata = (select jsonb_object_agg('other ' || i, 1) from"
                + " generate_series(1, 20000) i)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(repeat('[', 101) || repeat(']', 101))::jsonb",
            "(repeat('{\"a\":', 101) || '1' || repeat('}', 101))::jsonb",
        "('1' || repeat('0', 400))::jsonb", "jsonb_build_array(('0.' || repeat('0', 800) || '1')::numeric)"})
    void jsonThatNoImportTakes_isRefusedOfSqlAsOfRest(String json) {
        UUID id = a.episode("deep");
        assertThatThrownBy(() -> a.jdbc.update("update episodes set metadata = " + json + " where id = ?", id))
                .hasMessageContaining("a JSON value").hasMessageContaining("exported");
    }

    /** b has read everything of a, and a knows. */
    private void passed() {
        a.jdbc.update("delete from cursors");
        a.jdbc.update("insert into cursors (peer_node, kind, direction, scope, reader, feed, xid, id)"
                + " select 'b', 'episodes', 'push', '', 'b.aaaaaaaa', actor, agentdb_fence(), ? from node",
                        new UUID(0, 0));
    }

    private static void set(Database node, UUID id, String metadata) {
        node.jdbc.update("update episodes set metadata = ?::jsonb where id = ?", metadata, id);
    }

    private static String metadata(Database node, UUID id) {
        return node.jdbc.queryForObject("select metadata::text from episodes where id = ?", String.class, id);
    }

    private String times(UUID id) {
        return a.jdbc.queryForObject(
                "select array(select jsonb_object_keys(field_hlc) order by 1)::text from episodes where id = ?",
                        String.class, id);
    }
}
