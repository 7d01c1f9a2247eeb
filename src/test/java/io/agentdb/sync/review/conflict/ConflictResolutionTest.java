package io.agentdb.sync.review.conflict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.replica.edit.RevisionEditor;
import io.agentdb.sync.replica.store.PostgresTransactions;
import io.agentdb.sync.replica.store.PostgresVersions;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Revision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a person makes of conflicts, on real databases; the nodes pull from each other as the initiator of a sync does.
 */
class ConflictResolutionTest {

    private static final UUID FIB = Identity.skill("fib");

    private final Database a = new Database("a");
    private final Database b = new Database("b");

    @BeforeEach
    void twoSidesChangeOneSkill() {
        a.policy = ConflictStrategy.MANUAL;
        b.policy = ConflictStrategy.MANUAL;
        a.jdbc.execute("insert into skills (name, code, uses, tags, metadata) values ('fib', 'base', 10, '{t}',"
                + " '{\"k\": 1}')");
        b.pull(Kind.SKILLS, a);
        a.jdbc.execute("update skills set code = 'by a', uses = uses + 1, tags = tags || '{a}', metadata = metadata"
                + " || '{\"a\": 1}'");
        b.jdbc.execute("update skills set code = 'by b', uses = uses + 2, tags = tags || '{b}', metadata = metadata"
                + " || '{\"b\": 1}'");
    }

    @Test
    void manualConflict_staysOpen_andBothSidesGoOn() {
        long id = conflict();
        assertThat(archive(a).find(id)).hasValueSatisfying(
                conflict -> assertThat(conflict.outcome()).isEqualTo(ConflictOutcome.OPEN));
        a.jdbc.execute("update skills set description = 'goes on'");
        b.jdbc.execute("delete from skills");
        assertThat(code(a)).isEqualTo("by a");
        assertThat(a.log.open()).isEqualTo(1);
    }

    @Test
    void unchangedConflict_keepsItsId_howeverOftenItIsMet() {
        long id = conflict();
        for (int i = 0; i < 3; i++) {
            a.applier.apply(Kind.SKILLS, b.everything(Kind.SKILLS), Database.source(b), a.policy);
        }
        assertThat(outcomes(a)).containsExactly(Map.entry(id, "open"));
    }

    @Test
    void pick_isANewVersion_thatThePeerTakesOver_andThatClosesItsConflictToo() {
        long id = conflict();
        b.pull(Kind.SKILLS, a);
        assertThat(b.log.open()).isEqualTo(1);
        LoggedConflict resolved = resolve(a, id, "{'pick':'remote','by':'Ada'}");
        assertThat(resolved.outcome()).isEqualTo(ConflictOutcome.REMOTE);
        assertThat(List.of(resolved.resolution(), resolved.resolvedBy())).containsExactly("remote", "Ada");
        Revision written = a.everything(Kind.SKILLS).get(0);
        assertThat(written.version()).isEqualTo(resolved.result().version());
        assertThat(written.version().dot().actor()).isEqualTo(a.actor());
        assertThat(written.version().choice()).isTrue();
        assertThat(written.version().hlc()).isGreaterThan(
                Math.max(resolved.local().version().hlc(), resolved.remote().version().hlc()));
        assertThat(written.content()).isEqualTo(resolved.remote().content());
        b.pull(Kind.SKILLS, a);
        assertThat(b.memory(Kind.SKILLS)).isEqualTo(a.memory(Kind.SKILLS));
        assertThat(b.log.open()).isZero();
        assertThat(outcomes(b).values()).containsExactly("elsewhere");
        a.pull(Kind.SKILLS, b);
        assertThat(a.log.open()).as("its answer is no new conflict").isZero();
    }

    @Test
    void loser_isRestoredLater_once() {
        a.policy = ConflictStrategy.LATEST_WINS;
        long id = conflict();
        assertThat(code(a)).isEqualTo("by b");
        assertThat(resolve(a, id, "{'pick':'local'}").outcome()).isEqualTo(ConflictOutcome.LOCAL);
        assertThat(code(a)).isEqualTo("by a");
        b.pull(Kind.SKILLS, a);
        assertThat(code(b)).isEqualTo("by a");
        refused(a, id, "{'pick':'remote'}", ConflictRefused.Obstacle.RESOLVED, "by somebody who gave no name",
                "PUT /skills/" + FIB);
        assertThat(code(a)).isEqualTo("by a");
    }

    @Test
    void winnerUnderANewDot_isNotTakenForAChange() {
        a.policy = ConflictStrategy.LOCAL_WINS;
        long id = conflict();
        assertThat(resolve(a, id, "{'pick':'remote'}").outcome()).isEqualTo(ConflictOutcome.REMOTE);
        assertThat(code(a)).isEqualTo("by b");
    }

    @Test
    void merge_addsUp_andIsNobodysChoice() {
        long id = conflict();
        LoggedConflict resolved = resolve(a, id, "{'pick':'merge'}");
        assertThat(resolved.outcome()).isEqualTo(ConflictOutcome.MERGED);
        assertThat(resolved.result().version().choice()).isFalse();
        assertThat(a.jdbc.queryForMap("select uses, tags::text, metadata::text from skills")).containsEntry("uses", 13L)
                .containsEntry("tags", "{a,b,t}").containsEntry("metadata", "{\"a\": 1, \"b\": 1, \"k\": 1}");
        b.pull(Kind.SKILLS, a);
        assertThat(b.memory(Kind.SKILLS)).isEqualTo(a.memory(Kind.SKILLS));
    }

    @Test
    void merge_losesNothingOfWhatCameSince() {
        long id = conflict();
        a.jdbc.execute("update skills set uses = uses + 5, description = 'since'");
        resolve(a, id, "{'pick':'merge','expected':'" + current(a) + "'}");
        assertThat(a.jdbc.queryForMap("select uses, description from skills")).containsEntry("uses", 18L)
                .containsEntry("description", "since");
    }

    @Test
    void editedRecord_isWhatThePersonWrote_andItsCountsStillAddUp() {
        long id = conflict();
        LoggedConflict resolved = resolve(a, id,
                "{'pick':'record','record':{'name':'fib','code':'by hand','uses':13,'successRate':0.5}}");
        assertThat(List.of(resolved.outcome().label(), resolved.resolution())).containsExactly("merged", "record");
        assertThat(a.jdbc.queryForMap("select code, uses, tags from skills")).containsEntry("code", "by hand")
                .containsEntry("uses", 13L)
                .containsEntry("tags", null);
        // A third node that saw only b's version has counted on.
        b.jdbc.execute("update skills set uses = uses + 1");
        b.policy = ConflictStrategy.MERGE;
        b.pull(Kind.SKILLS, a);
        assertThat(b.jdbc.queryForMap("select uses, success_rate from skills")).containsEntry("uses", 14L)
                .containsEntry("success_rate", 0.5);
    }

    @Test
    void editedRecord_isValidated_asAPutIs() {
        long id = conflict();
        for (String[] wrong : new String[][] {{"{'name':'fib','uses':-1}", "record.uses must be from 0"},
            {"{'code':'x'}", "record.name is required"}, {"{'name':'fib','cod':'x'}", "record.cod is not a field"},
                    {"{'name':'another'}", "is a skill's identity"}}) {
            assertThatThrownBy(() -> resolve(a, id, "{'pick':'record','record':" + wrong[0] + "}"))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining(wrong[1]);
        }
        assertThat(code(a)).isEqualTo("by a");
        assertThat(a.log.open()).isEqualTo(1);
    }

    @Test
    void pickOfADelete_deletes_onBothSides() {
        b.jdbc.execute("delete from skills");
        long id = conflict();
        resolve(a, id, "{'pick':'remote'}");
        assertThat(a.memory(Kind.SKILLS)).isEmpty();
        assertThat(a.everything(Kind.SKILLS)).singleElement().satisfies(grave -> {
            assertThat(grave.deleted()).isTrue();
            assertThat(grave.version().choice()).isTrue();
        });
        b.pull(Kind.SKILLS, a);
        assertThat(b.everything(Kind.SKILLS).get(0).version()).isEqualTo(a.everything(Kind.SKILLS).get(0).version());
    }

    @Test
    void deleteInPlaceOfARecord_deletes() {
        LoggedConflict resolved = resolve(a, conflict(), "{'pick':'record','deleted':true}");
        assertThat(resolved.result().deleted()).isTrue();
        assertThat(a.memory(Kind.SKILLS)).isEmpty();
        b.pull(Kind.SKILLS, a);
        assertThat(b.memory(Kind.SKILLS)).isEmpty();
    }

    @Test
    void updateThatLostToADelete_isRestored_onBothSides() {
        a.policy = ConflictStrategy.LATEST_WINS;
        b.jdbc.execute("delete from skills");
        long id = conflict();
        assertThat(a.memory(Kind.SKILLS)).isEmpty();
        resolve(a, id, "{'pick':'local'}");
        b.pull(Kind.SKILLS, a);
        assertThat(code(b)).isEqualTo("by a");
        assertThat(a.memory(Kind.SKILLS)).isEqualTo(b.memory(Kind.SKILLS));
        assertThat(a.jdbc.queryForObject("select count(*) from tombstones", Integer.class)).isZero();
    }

    @Test
    void changedRecord_isNotOverwrittenUnseen() {
        long id = conflict();
        a.jdbc.execute("update skills set description = 'since'");
        refused(a, id, "{'pick':'remote'}", ConflictRefused.Obstacle.STALE, current(a),
                "\"expected\": \"" + current(a) + "\"");
        refused(a, id, "{'pick':'remote','expected':'a.aaaaaaaa:1'}", ConflictRefused.Obstacle.STALE, current(a));
        assertThat(code(a)).isEqualTo("by a");
        resolve(a, id, "{'pick':'remote','expected':'" + current(a) + "'}");
        assertThat(code(a)).isEqualTo("by b");
    }

    @Test
    void unknownConflict_isRefused() {
        refused(a, 4711, "{'pick':'local'}", ConflictRefused.Obstacle.UNKNOWN, "no conflict 4711");
    }

    @Test
    void parkedVersions_areASet_inWhichANewerTakesThePlaceOfWhatItKnows() {
        Database c = new Database("c");
        c.pull(Kind.SKILLS, a);
        c.jdbc.execute("update skills set code = 'by c'");
        a.jdbc.execute("update skills set code = 'by a again'");
        long first = conflict();
        a.pull(Kind.SKILLS, c);
        assertThat(outcomes(a).values()).containsOnly("open").hasSize(2);
        b.jdbc.execute("update skills set code = 'by b again'");
        a.pull(Kind.SKILLS, b);
        assertThat(outcomes(a)).hasSize(3).containsEntry(first, "superseded");
        assertThat(a.log.open()).isEqualTo(2);
        refused(a, first, "{'pick':'remote'}", ConflictRefused.Obstacle.STALE, current(a));
        long last = outcomes(a).keySet().stream().max(Long::compare).orElseThrow();
        resolve(a, last, "{'pick':'remote'}");
        assertThat(code(a)).isEqualTo("by b again");
        assertThat(a.log.open()).as("c's version is still nobody's past").isEqualTo(1);
    }

    @Test
    void otherOpenConflicts_whoseVersionThePickKnows_areClosedWithIt() {
        Database c = new Database("c");
        long first = conflict();
        c.policy = ConflictStrategy.LOCAL_WINS;
        c.pull(Kind.SKILLS, a);
        c.jdbc.execute("update skills set code = 'by c'");
        a.jdbc.execute("update skills set code = 'by a again'");
        a.pull(Kind.SKILLS, c);
        // What c picked over b's version knows that one, which a has parked.
        c.pull(Kind.SKILLS, b);
        a.pull(Kind.SKILLS, c);
        assertThat(outcomes(a)).containsEntry(first, "superseded");
        assertThat(a.log.open()).isEqualTo(1);
    }

    @Test
    void retention_deletesClosedConflicts_butNeverOpenOnes() {
        long open = conflict();
        a.jdbc.execute("""
                insert into conflicts (kind, record_id, peer_node, strategy, outcome, local, remote, detected_at,
                    resolved_at)
                select kind, record_id, peer_node, 'latest-wins', 'local', local, remote, ended, ended
                from conflicts, generate_series(1, 40) as n,
                    lateral (select now() - n * interval '1 day' as ended) as t""");
        a.jdbc.execute("update conflicts set detected_at = now() - interval '1 year' where outcome = 'open'");
        prune(Duration.ofDays(30), 100_000);
        assertThat(closed()).isEqualTo(29);
        prune(Duration.ofDays(30), 7);
        assertThat(closed()).isEqualTo(7);
        assertThat(a.jdbc.queryForObject("select min(resolved_at) > now() - interval '7 days 1 hour' from conflicts",
                Boolean.class))
                .as("the newest are kept").isTrue();
        assertThat(outcomes(a)).containsEntry(open, "open");
        assertThat(archive(a).open()).containsEntry(Kind.SKILLS, 1L).containsEntry(Kind.EDGES, 0L);
    }

    @Test
    void list_goesByPages_newestFirst_andByItsFilters() {
        conflict();
        a.jdbc.execute("""
                insert into conflicts (kind, record_id, peer_node, strategy, outcome, local, remote, detected_at,
                    resolved_at)
                select kind, record_id, 'c', 'merge', 'merged', local, remote, now() - n * interval '1 day', now()
                from conflicts, generate_series(1, 5) as n""");
        ListPage<ConflictRow> first = archive(a).list(ConflictFilter.of(Map.of()), 4, null);
        ListPage<ConflictRow> second = archive(a).list(ConflictFilter.of(Map.of()), 4,
                ConflictArchive.after(first.next()));
        assertThat(List.of(first.items().size(), second.items().size())).containsExactly(4, 2);
        assertThat(first.items().get(3).id()).isGreaterThan(second.items().get(0).id());
        assertThat(second.next()).isNull();
        assertThat(listed(Map.of("outcome", List.of("open"), "peer", List.of("b"), "strategy", List.of("manual"),
                "kind", List.of("skills"), "record", List.of(FIB.toString())))).isEqualTo(1);
        assertThat(listed(Map.of("until", List.of(java.time.Instant.now().minusSeconds(100).toString())))).isEqualTo(5);
        assertThat(listed(Map.of("since", List.of(java.time.Instant.now().minusSeconds(100).toString())))).isEqualTo(1);
        assertThat(listed(Map.of("kind", List.of("edges")))).isZero();
    }

    private int listed(Map<String, List<String>> filters) {
        return archive(a).list(ConflictFilter.of(filters), 50, null).items().size();
    }

    /**
     * Lets a meet b's version.
     *
     * @return its conflict
     */
    private long conflict() {
        a.pull(Kind.SKILLS, b);
        return a.jdbc.queryForObject("select id from conflicts", Long.class);
    }

    private static ConflictArchive archive(Database node) {
        return new ConflictArchive(node.jdbc);
    }

    private static LoggedConflict resolve(Database node, long id, String json) {
        RevisionEditor editor = new RevisionEditor(new PostgresTransactions(node.jdbc, node.transaction),
                new PostgresVersions(node.jdbc), node.self);
        return new ConflictResolution(archive(node), node.log, editor)
                .resolve(id, ResolutionRequest.read(JsonText.object(json.replace('\'', '"'))));
    }

    private static void refused(Database node, long id, String json, ConflictRefused.Obstacle reason, String... words) {
        assertThatThrownBy(() -> resolve(node, id, json)).isInstanceOfSatisfying(ConflictRefused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.getMessage()).contains(words);
        });
    }

    private static String current(Database node) {
        return ConflictResolution.name(node.everything(Kind.SKILLS).get(0));
    }

    private static String code(Database node) {
        return node.jdbc.queryForObject("select code from skills", String.class);
    }

    private static Map<Long, String> outcomes(Database node) {
        Map<Long, String> outcomes = new java.util.TreeMap<>();
        node.jdbc.query("select id, outcome from conflicts", row -> {
            outcomes.put(row.getLong(1), row.getString(2));
        });
        return outcomes;
    }

    private void prune(Duration retention, int keep) {
        new ConflictRetention(archive(a), new ConflictSettings(retention, keep), new SimpleMeterRegistry()).prune();
    }

    private int closed() {
        return a.jdbc.queryForObject("select count(*) from conflicts where outcome <> 'open'", Integer.class);
    }
}
