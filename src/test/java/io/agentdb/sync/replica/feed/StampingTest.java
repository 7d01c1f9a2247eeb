package io.agentdb.sync.replica.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the triggers of V13__stamping.sql do, in the order of docs/design.md's section "Version stamping".
 *
 * <p>Some sentences have a class of their own: {@code WritersBySqlTest} (roles that say they apply, search paths,
 * temporary tables), {@code ForeignTriggersTest} (rows that somebody's trigger keeps, what other triggers and cascades
 * write), {@code ForeignColumnsTest} (columns that are not ours), {@code TombstoneRaceTest} (in its table or among the
 * tombstones, never in both), {@code ClockSkewTest} and {@code LyingPeerTest} (clocks that are wrong). What an update
 * notes of fields and statistics is in {@link FieldHistoryTest}.
 */
class StampingTest {

    private final Database a = new Database("a");
    private final Database b = new Database("b");

    @Test
    void everyRow_carriesItsVersion() {
        for (Kind kind : Kind.ALL) {
            assertThat(a.jdbc.queryForList("""
                    select column_name || ' ' || data_type from information_schema.columns where table_name = ?
                    """, String.class, kind.name())).contains("actor text", "counter bigint", "xid bigint",
                            "context jsonb", "hlc bigint", "feed_xid bigint", "via text", "choice boolean",
                            "field_hlc jsonb", "tallies jsonb", "unknown_fields text");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"insert into episodes (session_id, task, unknown_fields) values ('s', 't', 'AA==')",
        "update episodes set unknown_fields = 'AA=='", "update episodes set unknown_fields = null"})
    void unknownFields_areFilledByPeersAlone(String write) {
        a.episode("t");
        applying("update episodes set unknown_fields = 'BB=='");
        assertThatThrownBy(() -> a.jdbc.update(write)).rootCause()
                .hasMessageContaining("unknown_fields is not written by hand");
        a.jdbc.update("update episodes set task = 'u'");
        assertThat(value(a, "unknown_fields")).as("a local update leaves them").isEqualTo("BB==");
    }

    @Test
    void insert_isANewEventOfThisNode() {
        a.transaction.executeWithoutResult(status -> {
            a.episode("t");
            assertThat(value(a, "actor")).isEqualTo(a.actor().name());
            assertThat(value(a, "context")).isEqualTo("{\"%s\": %s}".formatted(a.actor(), value(a, "counter")));
            assertThat(value(a, "xid")).isEqualTo(value(a, "feed_xid")).isEqualTo(value(a, "agentdb_xid()"));
            assertThat(value(a, "concat(via, field_hlc, tallies)")).isEmpty();
        });
    }

    @Test
    void update_isTheNextEventOfTheRecord_andItsContextTheOldOneWithTheNewDot() {
        a.episode("t");
        b.pull(Kind.EPISODES, a);
        Version before = version(b, Kind.EPISODES);
        b.jdbc.update("update episodes set task = 'u'");
        Version after = version(b, Kind.EPISODES);
        assertThat(after.dot().actor()).isEqualTo(b.actor());
        assertThat(after.context()).isEqualTo(before.context().with(after.dot()));
        assertThat(value(b, "feed_xid")).isEqualTo(value(b, "xid"));
        assertThat(value(b, "via")).as("it is this node's own now").isNull();
    }

    @Test
    void delete_leavesATombstoneThatKnowsTheRecord() {
        a.episode("doomed");
        b.pull(Kind.EPISODES, a);
        Version before = version(b, Kind.EPISODES);
        b.jdbc.update("delete from episodes");
        assertThat(b.everything(Kind.EPISODES)).singleElement().matches(Revision::deleted);
        Version after = version(b, Kind.EPISODES);
        assertThat(after.context()).isEqualTo(before.context().with(after.dot()));
        assertThat(after.hlc()).isGreaterThan(before.hlc());
    }

    @Test
    void stamp_comesLast_soThatWhatOtherTriggersChangeIsPartOfIt() {
        for (Kind kind : Kind.ALL) {
            assertThat(a.jdbc.queryForList("""
                    select tgname from pg_trigger where tgrelid = ?::regclass and tgtype & 3 = 3
                    order by tgname collate "C"
                    """, String.class, kind.name())).as("before each row of " + kind)
                    .containsExactly("~agentdb_stamp", "~agentdb_trim");
        }
        a.episode("t");
        trigger("zzz_touch", "before update", "new.critique := 'touched'; return new;");
        a.jdbc.update("update episodes set task = task");
        assertThat(value(a, "field_hlc ? 'critique'")).isEqualTo("t");
    }

    @Test
    void counter_isTakenOnceTheRowIsLocked_soThatItOnlyGrows() throws Exception {
        a.episode("t");
        CompletableFuture<Void> second;
        try (Connection first = a.begin(); Statement statement = first.createStatement()) {
            statement.execute("update episodes set task = 'first'");
            second = OwnThread.run(() -> a.jdbc.update("update episodes set critique = 'second'"));
            await().until(() -> second.isDone()
                    || a.waiting() > 0);
            statement.execute("update episodes set task = 'first again'");
            first.commit();
        }
        second.join();
        Version last = version(a, Kind.EPISODES);
        assertThat(value(a, "critique")).isEqualTo("second");
        assertThat(last.dot().counter())
                .isEqualTo(a.jdbc.queryForObject("select last_value from agentdb_counter", Long.class));
    }

    @Test
    void appliedRecord_keepsItsDot_andLiesInThisNodesFeed() {
        a.episode("t");
        long fence = b.fence();
        b.pull(Kind.EPISODES, a);
        assertThat(version(b, Kind.EPISODES)).isEqualTo(version(a, Kind.EPISODES));
        assertThat(Long.parseLong(value(b, "xid"))).isEqualTo(Long.parseLong(value(a, "xid"))).isLessThan(fence);
        assertThat(Long.parseLong(value(b, "feed_xid"))).isGreaterThanOrEqualTo(fence);
    }

    @Test
    void hybridTime_isTheTimeOfTheWrite() {
        Instant before = a.jdbc.queryForObject("select clock_timestamp()", java.sql.Timestamp.class).toInstant();
        a.episode("t");
        assertThat(version(a, Kind.EPISODES).hlc()).isBetween(Hlc.at(before), Hlc.at(before.plusSeconds(60)));
    }

    @Test
    void update_sortsAfterWhatItOverwrote_howeverWrongTheClocksAre_andOnlyThatRecord() {
        a.episode("of a wrong clock");
        long ahead = Hlc.at(Instant.now().plus(Duration.ofHours(5)));
        applying("update episodes set hlc = " + ahead);
        a.jdbc.update("update episodes set task = 'u'");
        assertThat(version(a, Kind.EPISODES).hlc()).isEqualTo(ahead + 1);
        a.jdbc.update("delete from episodes");
        assertThat(version(a, Kind.EPISODES).hlc()).isEqualTo(ahead + 2);
        a.jdbc.update("insert into skills (name) values ('s')");
        assertThat(version(a, Kind.SKILLS).hlc()).isLessThan(ahead);
    }

    @Test
    void whatTheApplierWrites_keepsItsVersion_untilItsTransactionEnds() {
        a.episode("t");
        Version before = version(a, Kind.EPISODES);
        applying("update episodes set task = 'u'");
        assertThat(version(a, Kind.EPISODES)).isEqualTo(before);
        a.jdbc.update("update episodes set task = 'v'");
        assertThat(version(a, Kind.EPISODES).context().contains(before.dot())).isTrue();
        assertThat(version(a, Kind.EPISODES)).isNotEqualTo(before);
        applying("delete from episodes");
        assertThat(a.everything(Kind.EPISODES)).as("nor does it leave a tombstone").isEmpty();
    }

    @Test
    void triggers_actWithTheirOwnersRights_onTheirSchema_andNobodyElseMakesTriggersOfThem() {
        assertThat(a.jdbc.queryForList("""
                select distinct proname from pg_trigger join pg_proc p on p.oid = tgfoid
                where tgrelid in ('episodes'::regclass, 'skills'::regclass, 'edges'::regclass) and prosecdef
                    and proconfig = array['search_path=public, pg_temp']
                    and not has_function_privilege('public', p.oid, 'execute')
                order by 1
                """, String.class))
                .containsExactly("agentdb_stamp", "agentdb_stamp_delete", "agentdb_succeed", "agentdb_succeed_all",
                        "agentdb_trim");
    }

    @Test
    void updateThatChangesNothing_isNoChange() {
        a.episode("same");
        Version before = version(a, Kind.EPISODES);
        a.jdbc.update("update episodes set task = 'same'");
        assertThat(version(a, Kind.EPISODES)).isEqualTo(before);
    }

    @Test
    void updateToWhatIsEqualButNotTheSame_changesNothing() {
        a.jdbc.update("insert into episodes (session_id, task, reward, metadata)"
                + " values ('s', 't', 0, '{\"score\": 1.0}')");
        String before = value(a, "e::text");
        a.jdbc.update("update episodes set reward = '-0', metadata = '{\"score\": 1}'");
        assertThat(value(a, "e::text")).as("under the same dot another text would be damage").isEqualTo(before);
    }

    @Test
    void version_isNotTheWritersToSet() {
        a.jdbc.update("""
                insert into episodes
                    (session_id, task, actor, counter, xid, context, hlc, feed_xid, via, choice, field_hlc, tallies)
                values ('s', 't', 'z.zzzzzzzz', 7, 7, '{"z.zzzzzzzz": 7}', 7, 7, 'z.zzzzzzzz', true, '{}', '{}')
                """);
        Version inserted = version(a, Kind.EPISODES);
        assertThat(inserted.dot().actor()).isEqualTo(a.actor());
        assertThat(inserted.context().counters()).containsOnlyKeys(a.actor());
        assertThat(value(a, "concat(via, field_hlc, tallies, choice)")).isEqualTo("f");
        String forged = """
                update episodes set actor = 'z.zzzzzzzz', counter = 7, xid = 7, context = '{"z.zzzzzzzz": 7}', hlc = 7,
                    feed_xid = 7, via = 'z.zzzzzzzz', choice = true, field_hlc = '{"": 7}', tallies = '{}'""";
        a.jdbc.update(forged);
        assertThat(version(a, Kind.EPISODES)).as("nor is it a change").isEqualTo(inserted);
        a.jdbc.update(forged + ", task = 'u'");
        Version updated = version(a, Kind.EPISODES);
        assertThat(updated.context()).isEqualTo(inserted.context().with(updated.dot()));
        assertThat(updated.hlc()).isGreaterThan(inserted.hlc());
        assertThat(value(a, "concat(via, tallies, choice)")).isEqualTo("f");
        assertThat(a.jdbc.queryForMap("select field_hlc ->> '' as rest, field_hlc ->> 'task' as task from episodes"))
                .isEqualTo(Map.of("rest", "" + inserted.hlc(), "task", "" + updated.hlc()));
    }

    @Test
    void insertOverATombstone_takesOverItsContext() {
        UUID id = a.episode("first");
        a.jdbc.update("delete from episodes");
        b.pull(Kind.EPISODES, a);
        Version grave = version(b, Kind.EPISODES);
        b.jdbc.update("insert into episodes (id, session_id, task) values (?, 's', 'again')", id);
        assertThat(b.everything(Kind.EPISODES)).singleElement().matches(revision -> !revision.deleted());
        Version again = version(b, Kind.EPISODES);
        assertThat(again.context()).isEqualTo(grave.context().with(again.dot()));
        assertThat(again.hlc()).isGreaterThan(grave.hlc());
        assertThat(value(b, "field_hlc")).as("it is a new record").isNull();
    }

    @Test
    void insertOfManyRecords_takesOverTheTombstonesOfThoseThatHaveOne() {
        UUID id = a.episode("first");
        a.jdbc.update("delete from episodes");
        Version grave = version(a, Kind.EPISODES);
        a.jdbc.update("""
                insert into episodes (id, session_id, task)
                select case when i = 7 then ?::uuid else gen_random_uuid() end, 's', 't' from generate_series(1, 50) i
                """, id);
        assertThat(a.everything(Kind.EPISODES)).hasSize(50).noneMatch(Revision::deleted)
                .filteredOn(revision -> revision.id().equals(id)).singleElement()
                .matches(again -> again.version().context().contains(grave.dot())
                        && again.version().dot().counter() > grave.dot().counter());
    }

    /** It fires no triggers of statements, and others only where somebody has said so. */
    @Test
    void insertOfLogicalReplication_takesOverATombstone() {
        UUID id = a.episode("first");
        a.jdbc.update("delete from episodes");
        Version grave = version(a, Kind.EPISODES);
        a.jdbc.execute("alter table episodes enable always trigger \"~agentdb_stamp\"");
        a.transaction.executeWithoutResult(status -> {
            a.jdbc.execute("set local session_replication_role = replica");
            a.jdbc.update("insert into episodes (id, session_id, task) values (?, 's', 'again')", id);
        });
        assertThat(a.everything(Kind.EPISODES)).singleElement().matches(again -> !again.deleted()
                && again.version().context().contains(grave.dot()));
    }

    @Test
    void insertOverATombstone_whoseStampARuleKeepsAway_isRefused() {
        a.jdbc.update("insert into skills (name) values ('s')");
        a.jdbc.update("delete from skills");
        a.jdbc.execute("create rule frozen as on update to skills do instead nothing");
        assertThatThrownBy(() -> a.jdbc.update("insert into skills (name) values ('s')")).rootCause()
                .hasMessageContaining("cannot be written again");
        assertThat(a.everything(Kind.SKILLS)).singleElement().matches(Revision::deleted);
    }

    @Test
    void truncate_isRefusedWithAHintToDelete() {
        for (Kind kind : Kind.ALL) {
            assertThatThrownBy(() -> a.jdbc.execute("truncate " + kind)).rootCause()
                    .hasMessageContaining("DELETE FROM " + kind);
        }
    }

    @Test
    void skillsAndEdges_areWhatTheyAreNamed() {
        UUID from = UUID.randomUUID();
        UUID to = UUID.randomUUID();
        a.jdbc.update("insert into skills (id, name) values (gen_random_uuid(), 'Größe')");
        a.jdbc.update("insert into edges (id, from_id, relationship, to_id) values (gen_random_uuid(), ?, 'uses', ?)",
                from, to);
        assertThat(a.everything(Kind.SKILLS)).extracting(Revision::id).containsExactly(Identity.skill("Größe"));
        assertThat(a.everything(Kind.EDGES)).extracting(Revision::id).containsExactly(Identity.edge(from, "uses", to));
    }

    @Test
    void rename_buriesTheOldRecord_andMakesANewOneWithoutAPast() {
        a.jdbc.update("insert into skills (name) values ('old')");
        b.pull(Kind.SKILLS, a);
        Version old = version(b, Kind.SKILLS);
        b.jdbc.update("update skills set name = 'new', uses = 1");
        Map<Boolean, List<Revision>> both = b.everything(Kind.SKILLS).stream()
                .collect(Collectors.partitioningBy(Revision::deleted));
        assertThat(both.get(true)).singleElement().matches(grave -> grave.id().equals(Identity.skill("old"))
                && grave.version().context().contains(old.dot()));
        assertThat(both.get(false)).singleElement().satisfies(made -> {
            assertThat(made.id()).isEqualTo(Identity.skill("new"));
            assertThat(made.version().context()).isEqualTo(VersionVector.of(made.version().dot()));
            assertThat(made.history().fieldTimes()).isNull();
        });
    }

    @Test
    void nothingIsNotified() {
        String notifying = "select proname from pg_proc where proname like 'agentdb%' and prosrc ~* 'notify'";
        assertThat(a.jdbc.queryForList(notifying, String.class)).isEmpty();
    }

    private static Version version(Database node, Kind kind) {
        return node.everything(kind).get(0).version();
    }

    /** Of the only episode. */
    private static String value(Database node, String expression) {
        return node.jdbc.queryForObject("select " + expression + " from episodes e", String.class);
    }

    private void applying(String sql) {
        a.transaction.executeWithoutResult(status -> {
            a.jdbc.execute("set local agentdb.applying = 'on'");
            a.jdbc.update(sql);
        });
    }

    private void trigger(String name, String when, String body) {
        a.jdbc.execute("""
                create function %1$s() returns trigger language plpgsql as $$ begin %2$s end $$;
                create trigger %1$s %3$s on episodes for each row execute function %1$s()
                """.formatted(name, body, when));
    }
}
