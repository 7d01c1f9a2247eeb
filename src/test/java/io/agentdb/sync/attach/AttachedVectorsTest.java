package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.embedding.TextModel;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.search.Synonyms;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each row and each record has the vector of its own text, or none. */
class AttachedVectorsTest extends WithAttachedFile {

    private static final String RENEWED = EmbeddedText.skill("rotation", "renew the secrets", null);
    private static final String NEWER = EmbeddedText.skill("rotation", "fix the car", null);

    private final TextModel miniLm = new Synonyms();
    private EmbeddingStore store;
    private Rounds rounds;

    @BeforeEach
    void attach() throws Exception {
        store = node.bean(EmbeddingStore.class);
        open(text -> Optional.of(miniLm.embed(text)));
        rounds = rounds(DeleteMode.PROPAGATE, 3, 0);
        // Whose the file's vectors are, its first one says.
        long row = agent.episodeWithoutVector("rotate the keys");
        agent.vector("episode", row, minilm("rotate the keys"));
    }

    private void round() throws Exception {
        rounds.once(true, false);
    }

    @Test
    void rowOfAFormerText_leavesTheRecordsVector_andGetsIt() throws Exception {
        jdbc.update("insert into skills (name, description) values ('rotation', 'fix the car')");
        UUID id = Identity.skill("rotation");
        store.put(Kind.SKILLS, List.of(new EmbeddingStore.Kept(id, minilm(NEWER))));
        long row = agentsSkill();
        round();
        assertThat(store.find(Kind.SKILLS, List.of(id)).get(id)).containsExactly(minilm(NEWER));
        assertThat(vectors("skill")).containsExactly(row + hex(minilm(NEWER)));
    }

    @Test
    void rowOfADeletedRecord_leavesNoVectorBehind() throws Exception {
        jdbc.update("insert into skills (name) values ('rotation')");
        jdbc.update("delete from skills");
        agentsSkill();
        agent.run("update skills set created_at = 1700000000");
        round();
        assertThat(store.find(Kind.SKILLS, List.of(Identity.skill("rotation")))).isEqualTo(Map.of());
    }

    @Test
    void rowWhoseTextAPeerChanges_losesTheFormerTextsVector_andGetsItsOwn_onceTheNodeHasMadeIt() throws Exception {
        long row = agentsSkill();
        round();
        UUID id = Identity.skill("rotation");
        assertThat(store.find(Kind.SKILLS, List.of(id)).get(id)).containsExactly(minilm(RENEWED));
        jdbc.update("update skills set uses = uses + 1, signature = '{\"outputs\": {}, \"inputs\": {}}'");
        round();
        assertThat(vectors("skill")).as("the same text").containsExactly(row + hex(minilm(RENEWED)));
        jdbc.update("update skills set description = 'fix the car'");
        round();
        assertThat(vectors("skill")).isEmpty();
        store.put(Kind.SKILLS, List.of(new EmbeddingStore.Kept(id, minilm(NEWER))));
        rounds.once(false, false);
        assertThat(vectors("skill")).containsExactly(row + hex(minilm(NEWER)));
    }

    private long agentsSkill() {
        agent.run("insert into skills (name, description, signature) values ('rotation', 'renew the secrets',"
                + " '{\"inputs\":{},\"outputs\":{}}')");
        long row = agent.number("select last_insert_rowid()");
        agent.vector("skill", row, minilm(RENEWED));
        return row;
    }

    private List<String> vectors(String kind) {
        return agent.texts("select " + kind + "_id || hex(embedding) from " + kind + "_embeddings");
    }

    private Embedding minilm(String text) {
        return new Embedding(EmbeddingModel.MINILM, EmbeddedText.digest(text), miniLm.embed(text));
    }

    private static String hex(Embedding one) {
        return HexFormat.of().withUpperCase().formatHex(one.bytes());
    }
}
