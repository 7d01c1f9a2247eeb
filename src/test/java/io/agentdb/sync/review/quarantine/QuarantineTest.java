package io.agentdb.sync.review.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.replica.RevisionJson;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.replica.store.PostgresTransactions;
import io.agentdb.sync.review.quarantine.QuarantineReplay.ReplayResult;
import io.agentdb.sync.review.quarantine.QuarantineTable.Candidate;
import io.agentdb.sync.review.quarantine.Quarantined.QuarantineKey;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import io.agentdb.sync.version.Write;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class QuarantineTest {

    private final Database a = new Database("a");
    private final Database b = new Database("b");
    private final QuarantineTable table = new QuarantineTable(b.jdbc);
    private final QuarantineReplay replay = new QuarantineReplay(
            new PostgresTransactions(b.jdbc, b.transaction), b.applier, table, revision -> revision);

    @Test
    void refusedRecord_isShownWithItsReason_andTheStreamWentOn() {
        UUID poison = setAside("poison");
        UUID next = a.episode("next");
        b.pull(Kind.EPISODES, a);
        assertThat(b.memory(Kind.EPISODES)).containsOnlyKeys(next);
        assertThat(all()).singleElement().satisfies(record -> {
            assertThat(record.key().id()).isEqualTo(poison);
            assertThat(record.key().write().actor()).isEqualTo(a.actor());
            assertThat(record.peerNode()).hasToString("a");
            assertThat(record.code()).isEqualTo("refused-by-database");
            assertThat(record.reason()).contains("violates check constraint").doesNotContain("refused-by-database");
            assertThat(record.attempts()).isEqualTo(1);
            assertThat(record.nextTry()).isEqualTo(record.lastAt().plusSeconds(120));
            assertThat(table.revision(record.key())).contains(a.everything(Kind.EPISODES).get(0));
        });
    }

    @Test
    void recordWhoseCauseIsGone_isAppliedAsIfItHadComeNow() {
        UUID id = setAside("poison");
        assertThat(replay(id)).isEqualTo(ReplayResult.REFUSED);
        cure();
        assertThat(replay(id)).isEqualTo(ReplayResult.APPLIED);
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
        assertThat(all()).isEmpty();
        assertThat(b.everything(Kind.EPISODES).get(0).version())
                .isEqualTo(a.everything(Kind.EPISODES).get(0).version());
        assertThat(b.jdbc.queryForObject("select via from episodes", String.class)).as("is not sent back")
                .isEqualTo(a.actor().name());
        assertThat(a.pull(Kind.EPISODES, b)).matches(applied -> applied.applied() == 0);
    }

    @Test
    void replayTwice_isKnown_andOfNobodysRecordNothing() {
        UUID id = setAside("poison");
        QuarantineKey key = all().get(0).key();
        cure();
        assertThat(replay(id)).isEqualTo(ReplayResult.APPLIED);
        assertThat(replay.replay(key, b.policy).orElseThrow().outcome()).isEqualTo(ReplayResult.KNOWN);
        assertThat(replay.replay(new QuarantineKey(key.kind(), UUID.randomUUID(), new Write(key.write().actor(), 1)),
                b.policy)).isEmpty();
    }

    @Test
    void eachFailure_doublesThePause_upToADay() {
        UUID id = setAside("poison");
        List<Long> minutes = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            minutes.add(java.time.Duration.between(all().get(0).lastAt(), all().get(0).nextTry()).toMinutes());
            replay(id);
        }
        assertThat(minutes).containsExactly(2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 1024L, 1440L, 1440L);
        assertThat(all().get(0).attempts()).isEqualTo(13);
        assertThat(table.due(10)).isEmpty();
        b.jdbc.update("update quarantine set next_try = now()");
        assertThat(table.due(10)).containsExactly(new Candidate(all().get(0).key(), 13));
    }

    @Test
    void newerVersion_thatCameByItself_makesItVanish() {
        UUID id = setAside("poison");
        a.jdbc.update("update episodes set task = 'sound' where id = ?", id);
        b.pull(Kind.EPISODES, a);
        assertThat(table.sweep()).isEqualTo(1);
        assertThat(all()).isEmpty();
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
    }

    @Test
    void deletionThatCameByItself_makesItVanish_andReplayDoesNotReviveIt() {
        UUID id = setAside("poison");
        a.jdbc.update("delete from episodes where id = ?", id);
        b.pull(Kind.EPISODES, a);
        cure();
        QuarantineKey key = all().get(0).key();
        assertThat(replay(id)).isEqualTo(ReplayResult.KNOWN);
        assertThat(b.memory(Kind.EPISODES)).isEmpty();
        assertThat(table.sweep()).isZero();
        assertThat(table.find(key)).isEmpty();
    }

    @Test
    void recordThatTheNormalSyncSucceedsWith_isSweptToo_andAnotherStays() {
        setAside("poison");
        UUID other = setAside("poison");
        b.jdbc.update("delete from cursors");
        cure();
        List<Revision> first = a.everything(Kind.EPISODES).stream().filter(revision -> !revision.id().equals(other))
                .toList();
        b.applier.applyUnresolved(Kind.EPISODES, first, Database.source(a));
        assertThat(table.sweep()).isEqualTo(1);
        assertThat(all()).singleElement().matches(record -> record.key().id().equals(other));
    }

    @Test
    void nulCharacter_doesNotKeepKnowledgeFromBeingTold() {
        a.episode("first");
        Revision revision = a.everything(Kind.EPISODES).get(0);
        List<Object> values = new ArrayList<>(revision.content().values());
        values.set(Kind.EPISODES.indexOf("task"), "nul \u0000 character");
        Revision poison = new Revision(revision.kind(), revision.id(), revision.version(), new Content(values));
        b.applier.applyUnresolved(Kind.EPISODES, List.of(poison), Database.source(a));
        assertThat(b.quarantine.floors(Kind.EPISODES)).isEqualTo(Map.of(a.actor(), revision.version().dot().xid()));
        assertThat(table.revision(all().get(0).key())).contains(poison);
        assertThat(replay(revision.id())).isEqualTo(ReplayResult.REFUSED);
        assertThat(all().get(0).attempts()).isEqualTo(2);
    }

    @Test
    void ourVersionThatWinsAtReplay_getsANewDot_sinceThePeersCursorMayHavePassedTheOldOne() {
        UUID id = a.episode("base");
        b.pull(Kind.EPISODES, a);
        a.jdbc.update("update episodes set task = 'by a' where id = ?", id);
        b.jdbc.update("update episodes set task = 'by b, later' where id = ?", id);
        Dot ours = b.everything(Kind.EPISODES).get(0).version().dot();
        b.quarantine.setAside(a.everything(Kind.EPISODES).get(0), Database.source(a), "some-code", "it had to wait");
        assertThat(replay(id)).isEqualTo(ReplayResult.APPLIED);
        Revision here = b.everything(Kind.EPISODES).get(0);
        assertThat(here.version().dot().actor()).isEqualTo(b.actor());
        assertThat(here.version().dot().counter()).isGreaterThan(ours.counter());
        assertThat(b.memory(Kind.EPISODES).get(id)).contains("by b, later");
        a.pull(Kind.EPISODES, b);
        assertThat(a.memory(Kind.EPISODES)).isEqualTo(b.memory(Kind.EPISODES));
        assertThat(a.everything(Kind.EPISODES).get(0).version()).isEqualTo(here.version());
    }

    @Test
    void conflictThatWaitsForAPerson_takesOver() {
        UUID id = a.episode("base");
        b.pull(Kind.EPISODES, a);
        a.jdbc.update("update episodes set task = 'by a' where id = ?", id);
        b.jdbc.update("update episodes set task = 'by b' where id = ?", id);
        b.quarantine.setAside(a.everything(Kind.EPISODES).get(0), Database.source(a), "some-code", "it had to wait");
        b.policy = ConflictStrategy.MANUAL;
        assertThat(replay.replay(all().get(0).key(), b.policy).orElseThrow().reason()).contains("waits for a person");
        assertThat(all()).isEmpty();
        assertThat(b.log.open()).isEqualTo(1);
    }

    @Test
    void givenUpRecord_isGoneForPeople_butIsNotClaimedAsKnown_orTakenForDeleted() {
        UUID id = setAside("poison");
        QuarantineKey key = all().get(0).key();
        assertThat(table.giveUp(key)).isTrue();
        assertThat(table.giveUp(key)).isFalse();
        assertThat(all()).isEmpty();
        assertThat(table.find(key)).isEmpty();
        assertThat(table.any(10)).isEmpty();
        assertThat(replay.replay(key, b.policy)).isEmpty();
        assertThat(b.quarantine.floors(Kind.EPISODES)).containsKey(a.actor());
        assertThat(b.quarantine.waiting(Kind.EPISODES, List.of(id))).isNotEmpty();
        b.applier.applyUnresolved(Kind.EPISODES, a.everything(Kind.EPISODES), Database.source(a));
        assertThat(all()).as("coming again, it stays given up").isEmpty();
        cure();
        b.applier.applyUnresolved(Kind.EPISODES, a.everything(Kind.EPISODES), Database.source(a));
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
        assertThat(table.sweep()).isEqualTo(1);
        assertThat(b.quarantine.floors(Kind.EPISODES)).isEmpty();
    }

    @Test
    void givenUpRecord_thatClaimedToBeOurs_keepsNothingOfOursFromBeingTold() {
        Dot forged = new Dot(b.actor(), 1_000_000, 1);
        UUID id = UUID.randomUUID();
        Revision grave = new Revision(Kind.EPISODES, id, new Version(forged, VersionVector.of(forged), 1), null);
        b.applier.apply(Kind.EPISODES, List.of(grave), Database.source(a), b.policy);
        assertThat(b.quarantine.floors(Kind.EPISODES)).isEqualTo(Map.of(b.actor(), 1L));
        assertThat(table.giveUp(all().get(0).key())).isTrue();
        assertThat(b.quarantine.floors(Kind.EPISODES)).isEmpty();
    }

    @Test
    void recordThatAnotherProcessTries_isLeftToIt() throws Exception {
        setAside("poison");
        Candidate due = table.any(1).get(0);
        cure();
        try (Connection other = b.begin(); Statement statement = other.createStatement()) {
            statement.execute("select 1 from quarantine for update");
            assertThat(replay.replay(due, b.policy)).isEmpty();
            assertThat(table.sweep()).isZero();
            other.rollback();
        }
        b.jdbc.update("update quarantine set attempts = attempts + 1");
        assertThat(replay.replay(due, b.policy)).as("it was tried since").isEmpty();
        assertThat(replay.replay(table.any(1).get(0), b.policy).orElseThrow().outcome())
                .isEqualTo(ReplayResult.APPLIED);
    }

    @Test
    void ownCode_isKeptWithItsReason_andSoIsTheLatestOne() {
        a.episode("first");
        Revision revision = a.everything(Kind.EPISODES).get(0);
        b.quarantine.setAside(revision, Database.source(a), "some-code", "line\nbreak and \u0000 nul");
        b.quarantine.setAside(revision, Database.source(a), "other-code", "x".repeat(5_000));
        assertThat(all()).singleElement().matches(record -> record.code().equals("other-code")
                && record.reason().length() < 1_100
                && record.attempts() == 2);
        assertThat(table.counts()).isEqualTo(Map.of(Kind.EPISODES, 1L, Kind.SKILLS, 0L, Kind.EDGES, 0L));
    }

    @Test
    void whatAnEarlierReleaseSetAside_isReadAndReplayed() {
        a.episode("old");
        Revision old = a.everything(Kind.EPISODES).get(0);
        DataSource database = TestPostgres.newDatabase();
        Flyway.configure().dataSource(database).target("3").load().migrate();
        JdbcTemplate jdbc = new JdbcTemplate(database);
        String json = RevisionJson.of(old);
        for (String content : List.of(json, json.replace("\"old\"", "\"\\u0000\""))) {
            jdbc.update("insert into quarantine (kind, id, actor, counter, peer_node, reason, revision) values"
                    + " ('episodes', ?, ?, ?, 'a'," + " 'ERROR: some check', ?::json)", old.id(), a.actor().name(),
                            content.equals(json) ? old.version().dot().counter() : 999, content);
        }
        Flyway.configure().dataSource(database).load().migrate();
        QuarantineTable migrated = new QuarantineTable(jdbc);
        assertThat(migrated.due(10)).hasSize(2);
        assertThat(migrated.list(QuarantineFilter.of(Map.of()), null, 10).items())
                .allMatch(record -> record.code().equals("refused-by-database")
                && record.reason().equals("ERROR: some check"));
        assertThat(new PostgresQuarantine(jdbc).floors(Kind.EPISODES))
                .isEqualTo(Map.of(a.actor(), old.version().dot().xid()));
        assertThat(migrated.lock(new QuarantineKey(Kind.EPISODES, old.id(),
                new Write(a.actor(), old.version().dot().counter()))).orElseThrow().source())
                .isEqualTo(Database.source(a));
    }

    @Test
    void pages_showEachRecordOnce() {
        poison("poison");
        for (int i = 0; i < 7; i++) {
            a.episode("poison");
        }
        b.pull(Kind.EPISODES, a);
        List<Quarantined> seen = new ArrayList<>();
        ListPage<Quarantined> page = page(null);
        seen.addAll(page.items());
        while (page.next() != null) {
            page = page(QuarantinePlace.parse(page.next()));
            seen.addAll(page.items());
        }
        assertThat(seen).hasSize(7).doesNotHaveDuplicates().isEqualTo(all());
    }

    private ListPage<Quarantined> page(QuarantinePlace after) {
        return table.list(QuarantineFilter.of(Map.of("kind", List.of("episodes"), "peer", List.of("a"))), after, 3);
    }

    private List<Quarantined> all() {
        return table.list(QuarantineFilter.of(Map.of()), null, 100).items();
    }

    private ReplayResult replay(UUID id) {
        QuarantineKey key = all().stream().map(Quarantined::key).filter(one -> one.id().equals(id)).findFirst()
                .orElseThrow();
        return replay.replay(key, b.policy).orElseThrow().outcome();
    }

    /** An episode of a's that b's database refuses, and has refused. */
    private UUID setAside(String task) {
        poison(task);
        UUID id = a.episode(task);
        b.pull(Kind.EPISODES, a);
        return id;
    }

    private void poison(String task) {
        b.jdbc.execute("alter table episodes drop constraint if exists broken");
        b.jdbc.execute("alter table episodes add constraint broken check (task <> '" + task + "') not valid");
    }

    private void cure() {
        b.jdbc.execute("alter table episodes drop constraint broken");
    }
}
