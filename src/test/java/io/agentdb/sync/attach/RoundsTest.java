package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.attach.AttachSettings.AttachMode;
import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import io.agentdb.sync.attach.AttachSettings.FileToAttach;
import io.agentdb.sync.attach.AttachTally.Passed;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.embedding.TextModel;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.search.Synonyms;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
/** What goes between an agent's file and the node, round for round. */
class RoundsTest extends WithAttachedFile {

    private Optional<TextModel> model = Optional.empty();
    private Rounds rounds;

    @BeforeEach
    void attach() throws Exception {
        attach(DeleteMode.PROPAGATE, 3);
    }

    private void attach(DeleteMode deletes, int most) throws Exception {
        open(text -> model.map(one -> one.embed(text)));
        rounds = rounds(deletes, most, 0);
    }

    private void round() throws Exception {
        rounds.once(true, false);
    }

    @Test
    void whatTheAgentStores_isARecord_onceAndWithTheIdThatImportGivesIt() throws Exception {
        long row = agent.episode("rotate the keys");
        agent.skill("rotation");
        round();
        round();
        UUID id = Identity.foreign("episode|" + agent.text("select id || '|' || created_at || '|' || ts || '|s|'"
                + " || task from episodes"));
        assertThat(jdbc.queryForList("select id from episodes", UUID.class)).containsExactly(id);
        assertThat(jdbc.queryForObject("select tags[2] || success || reward from episodes", String.class))
                .isEqualTo("btrue0.5");
        assertThat(jdbc.queryForList("select id from skills", UUID.class)).containsExactly(Identity.skill("rotation"));
        assertThat(agent.text("select uuid from agentdb_sync_map where kind = 'episodes' and row = " + row))
                .isEqualTo(id.toString());
        assertThat(tally.of(Passed.ROWS_OUT)).as("its own rows do not come back").isZero();
        assertThat(agent.number("select count(*) from episodes")).isEqualTo(1);
    }

    @Test
    void fileThatWasImportedBefore_comesInOnce() throws Exception {
        agent.episode("rotate the keys");
        Path copy = agent.path.resolveSibling("copy.db");
        agent.run("vacuum into '" + copy + "'");
        node.bean(AttachParts.class).importer().sqlite(copy, true);
        round();
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class)).isEqualTo(1);
        assertThat(agent.number("select count(*) from episodes")).isEqualTo(1);
    }

    @Test
    void attachedFile_thatIsImported_hasItsPeersRowsUnderTheirIds() throws Exception {
        agent.episode("here");
        node.episode("elsewhere");
        round();
        Path copy = agent.path.resolveSibling("copy.db");
        agent.run("vacuum into '" + copy + "'");
        node.bean(AttachParts.class).importer().sqlite(copy, true);
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class)).isEqualTo(2);
    }

    @Test
    void whatTheNodeHas_isInTheFile_withAVectorByWhichItIsFound() throws Exception {
        agent.episode("first");
        round();
        UUID id = node.episode("by a peer");
        round();
        assertThat(agent.text("select reward from episodes where task = 'by a peer'")).as("never null")
                .isEqualTo("0.0");
        assertThat(agent.number("select length(embedding) from episodes join episode_embeddings on episode_id = id"
                + " where task = 'by a peer'")).isEqualTo(1536);
        assertThat(agent.text("select uuid from agentdb_sync_map m join episodes e on e.id = m.row"
                + " where kind = 'episodes' and task = 'by a peer'")).isEqualTo(id.toString());
        round();
        assertThat(agent.number("select count(*) from episodes")).isEqualTo(2);
    }

    @Test
    void vectorIsWrittenLater_whereTheFilesMakerWasNotKnown() throws Exception {
        node.episode("by a peer");
        round();
        assertThat(agent.number("select count(*) from episode_embeddings")).isZero();
        agent.episode("its first");
        round();
        round();
        assertThat(agent.number("select count(*) from episode_embeddings")).isEqualTo(2);
    }

    @Test
    void vectorsOfTheRealModel_comeIn_andPeersRowsGetTheirs_onceTheNodeHasMadeThem_thoughNobodyWrites()
            throws Exception {
        TextModel miniLm = new Synonyms();
        EmbeddingStore store = node.bean(EmbeddingStore.class);
        long row = agent.episodeWithoutVector("rotate the keys");
        agent.vector("episode", row, minilm(miniLm, "rotate the keys"));
        round();
        UUID first = jdbc.queryForObject("select id from episodes", UUID.class);
        assertThat(store.find(Kind.EPISODES, List.of(first))).as("whose it is, only the model can tell").isEmpty();
        model = Optional.of(miniLm);
        row = agent.episodeWithoutVector("renew the secrets");
        agent.vector("episode", row, minilm(miniLm, "renew the secrets"));
        UUID peers = node.episode("by a peer");
        round();
        UUID second = jdbc.queryForObject("select id from episodes where task like 'renew%'", UUID.class);
        assertThat(store.find(Kind.EPISODES, List.of(second)).get(second)).extracting(Embedding::model)
                .containsExactly(EmbeddingModel.MINILM);
        String embedded = "select hex(embedding) from episodes join episode_embeddings on episode_id = id"
                + " where task = 'by a peer'";
        assertThat(agent.texts(embedded)).as("a mock would be found by nothing").isEmpty();
        Embedding made = minilm(miniLm, "by a peer");
        store.put(Kind.EPISODES, List.of(new EmbeddingStore.Kept(peers, made)));
        rounds.once(false, false);
        assertThat(agent.texts(embedded)).containsExactly(HexFormat.of().withUpperCase().formatHex(made.bytes()));
    }

    private static Embedding minilm(TextModel model, String text) {
        return new Embedding(EmbeddingModel.MINILM, EmbeddedText.digest(text), model.embed(text));
    }

    @Test
    void episodeIsAwaited_untilItsVectorIsThere() throws Exception {
        long row = agent.episodeWithoutVector("slow model");
        round();
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class)).isZero();
        agent.vector("episode", row, "slow model");
        round();
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class)).isEqualTo(1);
    }

    @Test
    void episodeWhoseModelHasFailed_comesInAfterAMinute() throws Exception {
        agent.episodeWithoutVector("no model");
        agent.run("update episodes set created_at = created_at - 61");
        round();
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class)).isEqualTo(1);
    }

    @Test
    void changedSkill_changesTheRecord_inTheChangedFieldsAlone_andCountsAreAdded() throws Exception {
        agent.skill("rotation");
        round();
        agent.run("update skills set uses = uses + 2, code = 'x'");
        jdbc.update("update skills set uses = uses + 10, description = 'of a peer'");
        round();
        round();
        assertThat(jdbc.queryForObject("select uses || code || description from skills", String.class))
                .isEqualTo("17xof a peer");
        assertThat(agent.text("select uses || code || description from skills")).isEqualTo("17xof a peer");
    }

    @Test
    void nodesChange_isWrittenOnce_andWhatAgentDbsTriggersSetIsNoChange() throws Exception {
        agent.skill("rotation");
        round();
        jdbc.update("update skills set description = 'better'");
        for (int i = 0; i < 3; i++) {
            round();
        }
        assertThat(agent.text("select description from skills")).isEqualTo("better");
        assertThat(tally.of(Passed.ROWS_OUT)).isEqualTo(1);
        assertThat(jdbc.queryForObject("select max(counter) from skills", Long.class)).isEqualTo(
                jdbc.queryForObject("select counter from skills", Long.class));
    }

    @Test
    void deletionInTheFile_isADeletionOfTheRecord_andTheOtherWay() throws Exception {
        agent.episode("one");
        agent.episode("two");
        round();
        agent.run("delete from episodes where task = 'one'");
        jdbc.update("delete from episodes where task = 'two'");
        round();
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class)).isZero();
        assertThat(jdbc.queryForObject("select count(*) from tombstones", Long.class)).isEqualTo(2);
        assertThat(agent.number("select count(*) from episodes")).isZero();
        assertThat(agent.number("select count(*) from agentdb_sync_map")).isZero();
    }

    @Test
    void deletionOfWhatAPeerHasChangedSince_isNone() throws Exception {
        agent.skill("rotation");
        round();
        agent.run("delete from skills");
        jdbc.update("update skills set description = 'better'");
        round();
        round();
        assertThat(jdbc.queryForObject("select description from skills", String.class)).isEqualTo("better");
        assertThat(agent.text("select description from skills")).isEqualTo("better");
    }

    @Test
    void moreDeletionsThanMayGo_stopIt_untilAPersonLetsThem() throws Exception {
        for (int i = 0; i < 4; i++) {
            agent.episode("e" + i);
        }
        round();
        agent.run("delete from episodes");
        assertThatThrownBy(this::round).isInstanceOf(FileStopped.class).hasMessageContaining("4 rows are gone");
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class)).isEqualTo(4);
        rounds.once(true, true);
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class)).isZero();
    }

    @Test
    void localDeletion_keepsTheRecord_andTheRowDoesNotComeBack() throws Exception {
        attach(DeleteMode.LOCAL, 1000);
        agent.skill("pruned");
        round();
        agent.run("delete from skills");
        round();
        jdbc.update("update skills set description = 'changed'");
        round();
        assertThat(jdbc.queryForObject("select count(*) from skills", Long.class)).isEqualTo(1);
        assertThat(agent.number("select count(*) from skills")).isZero();
    }

    @Test
    void links_comeOnceBothSkillsAreThere_andStayWithTheirRecords_whenASkillGoes() throws Exception {
        UUID one = Identity.skill("one");
        UUID two = Identity.skill("two");
        jdbc.update("insert into edges (from_type, from_id, relationship, to_type, to_id) values"
                + " ('skill', ?, 'prerequisite', 'skill', ?)", one, two);
        jdbc.update("insert into skills (name) values ('one')");
        round();
        assertThat(agent.number("select count(*) from skill_links")).isZero();
        jdbc.update("insert into skills (name) values ('two')");
        round();
        assertThat(agent.number("select count(*) from skill_links")).isEqualTo(1);
        jdbc.update("delete from skills where name = 'two'");
        round();
        round();
        assertThat(agent.number("select count(*) from skill_links")).isZero();
        assertThat(jdbc.queryForObject("select count(*) from edges", Long.class)).isEqualTo(1);
    }

    @Test
    void causalEdges_keepTheirWords_andThoseOfTheCommandLineAreToldApartByTheirMechanism() throws Exception {
        agent.run("insert into causal_edges (from_memory_id, from_memory_type, to_memory_id, to_memory_type, uplift,"
                + " mechanism, similarity, evidence_ids) values (0, 'rain', 0, 'mud', 0.4, null, 0, null),"
                + " (1, 'episode', 2, 'episode', 0.1, 'a → b', 0.9, '[]'),"
                + " (1, 'episode', 2, 'episode', 0.2, 'c → d', 0.9, '[]')");
        round();
        assertThat(jdbc.queryForObject("select count(*) from edges", Long.class)).isEqualTo(3);
        try (AgentFile other = AgentFile.fresh(); OpenFile there = OpenFile.open(other.path, "a", false, Kind.ALL,
                text -> Optional.empty())) {
            Rounds others = new Rounds(there, node.bean(AttachParts.class), new FileToAttach(other.path,
                    AttachMode.AUTO, Duration.ofMillis(250), List.of(), DeleteMode.PROPAGATE, 3), new AttachTally(), 0);
            others.once(true, false);
            others.once(true, false);
            String rows = "select uplift || coalesce(mechanism, from_memory_type || to_memory_type) from causal_edges"
                    + " order by 1";
            assertThat(other.texts(rows)).isEqualTo(agent.texts(rows));
        }
        assertThat(jdbc.queryForObject("select count(*) from edges", Long.class)).isEqualTo(3);
    }

    @Test
    void valuesThatAgentDbFailsOver_areMadeSafe() throws Exception {
        jdbc.update("insert into skills (name) values ('bare')");
        jdbc.update("insert into edges (from_type, from_id, relationship, to_type, to_id, confidence) values"
                + " ('rain', gen_random_uuid(), 'causal', 'mud', gen_random_uuid(), 7)");
        round();
        assertThat(agent.text("select signature from skills")).isEqualTo("{\"inputs\":{},\"outputs\":{}}");
        assertThat(agent.text("select confidence || '|' || similarity || '|' || uplift from causal_edges"))
                .isEqualTo("1.0|0.0|0.0");
        round();
        assertThat(jdbc.queryForObject("select confidence from edges", Double.class)).isEqualTo(7);
    }

    @Test
    void rowThatIsNoRecord_isHeldBackAlone() throws Exception {
        agent.episode("fine");
        long bad = agent.episode("bad");
        agent.run("update episodes set metadata = '{bad' where id = " + bad);
        round();
        assertThat(jdbc.queryForList("select task from episodes", String.class)).containsExactly("fine");
        assertThat(tally.held(9)).containsOnlyKeys("episodes row " + bad);
    }

    @Test
    void fileThatWasReplaced_isNotWrittenAnyMore() throws Exception {
        agent.episode("one");
        round();
        Path other = agent.path.resolveSibling("other");
        agent.run("vacuum into '" + other + "'");
        Files.move(other, agent.path, StandardCopyOption.REPLACE_EXISTING);
        byte[] before = Files.readAllBytes(agent.path);
        node.episode("new");
        assertThatThrownBy(this::round).isInstanceOf(FileStopped.class).hasMessageContaining("another file stands");
        open.close();
        assertThat(Files.readAllBytes(agent.path)).isEqualTo(before);
    }

    @Test
    void fileThatSqlJsHasWrittenOver_isNotWrittenAnyMore_notEvenByClosingIt() throws Exception {
        agent.episode("one");
        round();
        Path other = agent.path.resolveSibling("other");
        agent.run("vacuum into '" + other + "'");
        byte[] image = Files.readAllBytes(other);
        image[18] = 1;
        image[19] = 1;
        Files.write(agent.path, image, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        node.episode("new");
        assertThatThrownBy(this::round).isInstanceOf(FileStopped.class).hasMessageContaining("sql.js");
        open.close();
        assertThat(Files.readAllBytes(agent.path)).isEqualTo(image);
    }

    @Test
    void fileThatIsCutOff_orGone_stopsIt() throws Exception {
        round();
        Files.write(agent.path, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        assertThatThrownBy(this::round).isInstanceOf(FileStopped.class);
        Files.delete(agent.path);
        assertThatThrownBy(this::round).isInstanceOf(FileStopped.class).hasMessageContaining("gone");
    }

    @Test
    void fileThatIsCutOffBehindItsHeader_stopsItAtOnce_andOneThatGrowsOrIsVacuumedDoesNot() throws Exception {
        for (int i = 0; i < 200; i++) {
            agent.episode("rotate the keys " + i);
            if (i % 50 == 0) {
                agent.text("pragma wal_checkpoint(passive)");
                round();
            }
        }
        attach(DeleteMode.PROPAGATE, 300);
        round();
        agent.run("delete from episodes where id > 20", "vacuum");
        agent.text("pragma wal_checkpoint(passive)");
        long vacuumed = Files.size(agent.path);
        round();
        round();
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class)).isEqualTo(20);
        try (FileChannel channel = FileChannel.open(agent.path, StandardOpenOption.WRITE)) {
            channel.truncate(vacuumed - 4_096);
        }
        assertThatThrownBy(this::round).isInstanceOf(FileStopped.class).hasMessageContaining("cut off");
    }

    @Test
    void fileOfAnotherNode_isTakenOverByAPersonsWordAlone() throws Exception {
        round();
        open.close();
        assertThatThrownBy(() -> OpenFile.open(agent.path, "b", false, Kind.ALL, text -> Optional.empty()))
                .isInstanceOf(FileStopped.class)
                .hasMessageContaining("the node a has kept");
        open = OpenFile.open(agent.path, "b", true, Kind.ALL, text -> Optional.empty());
    }

    @Test
    void whoeverIsKilledAfterPostgresAndBeforeTheMap_repeats_andNothingComesTwice() throws Exception {
        agent.skill("rotation");
        round();
        agent.run("update skills set uses = uses + 2");
        agent.episode("new");
        // The database takes both, and then the file cannot be written: as after a kill in between.
        agent.run("begin immediate");
        assertThatThrownBy(this::round).hasMessageContaining("SQLITE_BUSY");
        agent.run("rollback");
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class)).isEqualTo(1);
        attach(DeleteMode.PROPAGATE, 3);
        for (int i = 0; i < 2; i++) {
            agent.run("begin immediate");
            assertThatThrownBy(this::round).hasMessageContaining("SQLITE_BUSY");
            agent.run("rollback");
        }
        attach(DeleteMode.PROPAGATE, 3);
        round();
        assertThat(jdbc.queryForObject("select uses from skills", Long.class)).isEqualTo(7);
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class)).isEqualTo(1);
        assertThat(agent.text("select uses from skills")).isEqualTo("7");
        assertThat(agent.number("select count(*) from episodes")).isEqualTo(1);
    }

    @Test
    void placeInTheFeedThatWasLost_writesNothingTwice() throws Exception {
        agent.episode("one");
        node.episode("two");
        jdbc.update("insert into edges (from_type, from_id, relationship, to_type, to_id) values"
                + " ('rain', gen_random_uuid(), 'causal', 'mud', gen_random_uuid())");
        round();
        long out = tally.of(Passed.ROWS_OUT);
        agent.run("delete from agentdb_sync_meta where key like 'cursor.%'");
        attach(DeleteMode.PROPAGATE, 3);
        round();
        assertThat(tally.of(Passed.ROWS_OUT)).isEqualTo(out);
        assertThat(agent.number("select count(*) from episodes")).isEqualTo(2);
        assertThat(agent.number("select count(*) from causal_edges")).isEqualTo(1);
    }
}
