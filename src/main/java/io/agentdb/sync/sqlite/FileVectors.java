package io.agentdb.sync.sqlite;

import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.embedding.MockEmbedding;
import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.Skill;
import io.agentdb.sync.memory.store.Columns;
import io.agentdb.sync.memory.transfer.RowVectors;
import io.agentdb.sync.search.index.Meaning;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Keeps the embeddings that an import brings, but for AgentDB's mocks. Whatever the file calls their model, all that is
 * known is that one file has one: MiniLM, where this node has it and makes the same of the first one's text, or else an
 * unknown one, named after the first.
 */
@Component
public class FileVectors implements RowVectors {

    private final EmbeddingStore store;
    private final JdbcTemplate jdbc;
    private final Meaning meaning;

    public FileVectors(EmbeddingStore store, JdbcTemplate jdbc, Meaning meaning) {
        this.store = store;
        this.jdbc = jdbc;
        this.meaning = meaning;
    }

    @Override
    public Intake begin() {
        return new VectorIntake();
    }

    private final class VectorIntake implements Intake {

        private @Nullable String model;
        private long kept;
        private long mocks;
        private long unusable;
        private long others;

        @Override
        public void take(Kind kind, List<Vector> vectors) {
            Map<UUID, Vector> sound = new HashMap<>();
            for (Vector vector : vectors) {
                if (isSound(kind, vector)) {
                    sound.put(vector.id(), vector);
                }
            }
            if (!sound.isEmpty()) {
                put(Shape.of(kind), sound, Objects.requireNonNull(model, "the first sound one has named it"));
            }
        }

        private boolean isSound(Kind kind, Vector vector) {
            String text = Objects.requireNonNull(EmbeddedText.of(kind, vector.row()),
                    "only kinds with embeddings come with them");
            byte[] digest = EmbeddedText.digest(text);
            float[] numbers;
            try {
                numbers = Embedding.of(EmbeddingModel.MOCK, digest, vector.bytes()).vector();
                if (MockEmbedding.is(numbers)) {
                    mocks++;
                    return false;
                }
            } catch (IllegalArgumentException e) {
                unusable++;
                return false;
            }
            if (model == null) {
                model = meaning.of(text).filter(own -> EmbeddingModel.isSame(own, numbers)).isPresent()
                        ? EmbeddingModel.MINILM : EmbeddingModel.unknown(mark(digest, vector.bytes()));
            }
            return true;
        }

        /** A record that stands here with another text is left as it is: its own embedding is of that. */
        private <T extends MemoryRecord> void put(Shape<T> shape, Map<UUID, Vector> sound, String by) {
            List<EmbeddingStore.Kept> own = new ArrayList<>();
            for (T here : jdbc.query(Columns.select(shape.kind()) + " where id = any (?)", Columns.rows(shape),
                    (Object) sound.keySet().toArray(UUID[]::new))) {
                Vector vector = Objects.requireNonNull(sound.get(here.id()), "it was asked for");
                if (sameText(here, shape.item(here.id(), vector.row()))) {
                    byte[] digest = EmbeddedText.digest(Objects.requireNonNull(EmbeddedText.of(here), "it has one"));
                    own.add(new EmbeddingStore.Kept(here.id(), Embedding.of(by, digest, vector.bytes())));
                }
            }
            store.add(shape.kind(), own);
            kept += own.size();
            others += sound.size() - own.size();
        }

        @Override
        public long kept() {
            return kept;
        }

        @Override
        public List<String> notes() {
            List<String> notes = new ArrayList<>();
            note(notes, mocks, "are what AgentDB makes where it cannot load its model: they say nothing of the"
                    + " text, and are left out");
            note(notes, unusable, "are not carried over, since they have no direction or more than "
                    + Embedding.MOST_DIMENSIONS + " dimensions");
            note(notes, others, "are not carried over, since their records are deleted here or have another text here");
            return notes;
        }

        private static void note(List<String> notes, long count, String what) {
            if (count > 0) {
                notes.add("embeddings: " + count + " " + what);
            }
        }
    }

    /** As values, since the order of a signature's keys is the database's here. */
    private static boolean sameText(MemoryRecord one, MemoryRecord other) {
        return one instanceof Episode a && other instanceof Episode b && a.task().equals(b.task())
                && Objects.equals(a.critique(), b.critique()) && Objects.equals(a.output(), b.output())
                || one instanceof Skill c && other instanceof Skill d && c.name().equals(d.name())
                && Objects.equals(c.description(), d.description()) && Objects.equals(c.signature(), d.signature());
    }

    private static byte[] mark(byte[] digest, byte[] bytes) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(digest);
            return sha.digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
