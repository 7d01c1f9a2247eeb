package io.agentdb.sync.sqlite;

import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.embedding.MockEmbedding;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The embeddings of a file, all of one model: vectors of two say nothing of each other, and AgentDB finds no record
 * without one. So where no model has made one of every record, all of them are AgentDB's mocks. One thread.
 */
final class ExportVectors {

    private static final String MODEL_OF_THE_MOST = """
            select model from embeddings where dimensions = ? and model <> ? and kind = any (?) group by model
            having count(*) >= ? order by model = ? desc, count(*) desc, model limit 1
            """;

    private final ExportFile file;
    private final EmbeddingStore store;
    /** Empty once a record has none of it. */
    private Optional<String> model;

    private ExportVectors(ExportFile file, EmbeddingStore store, Optional<String> model) {
        this.file = file;
        this.store = store;
        this.model = model;
    }

    static ExportVectors begin(ExportFile file, EmbeddingStore store, JdbcTemplate jdbc, List<Kind> kinds) {
        long records = kinds.stream().mapToLong(kind -> Optional.ofNullable(
                jdbc.queryForObject("select count(*) from " + kind, Long.class)).orElse(0L)).sum();
        return new ExportVectors(file, store, jdbc.queryForList(MODEL_OF_THE_MOST, String.class,
                EmbeddingModel.MINILM_DIMENSIONS, EmbeddingModel.MOCK,
                kinds.stream().map(Kind::name).toArray(String[]::new), records, EmbeddingModel.MINILM)
                .stream().findFirst());
    }

    /** @param rows the records by their rows' numbers */
    void add(Kind kind, Map<Long, ? extends MemoryRecord> rows) {
        if (model.isEmpty()) {
            return;
        }
        Map<UUID, List<Embedding>> found = store.find(kind, rows.values().stream().map(MemoryRecord::id).toList());
        rows.forEach((row, item) -> {
            String text = EmbeddedText.of(item);
            Optional<Embedding> own = found.getOrDefault(item.id(), List.of()).stream()
                    .filter(one -> model.filter(one.model()::equals).isPresent()
                            && one.vector().length == EmbeddingModel.MINILM_DIMENSIONS
                            && text != null && one.isOf(text))
                    .findFirst();
            if (own.isEmpty()) {
                model = Optional.empty();
            } else {
                put(kind, row, own.get().bytes(), own.get().model());
            }
        });
    }

    /** Whose they are. */
    String finish() {
        if (model.isPresent()) {
            return model.get();
        }
        file.insert("delete from episode_embeddings");
        file.insert("delete from skill_embeddings");
        file.each("select id, task, critique, output from episodes", row -> mock(Kind.EPISODES, row.getLong(1),
                EmbeddedText.episode(row.getString(2), row.getString(3), row.getString(4))));
        file.each("select id, name, description, signature from skills", row -> mock(Kind.SKILLS, row.getLong(1),
                EmbeddedText.skill(row.getString(2), row.getString(3), new Json(row.getString(4)))));
        return EmbeddingModel.MOCK;
    }

    private void mock(Kind kind, long row, String text) {
        // An empty one has no direction: it would float among the hits of every search.
        if (!text.isEmpty()) {
            Embedding mock = new Embedding(EmbeddingModel.MOCK, EmbeddedText.digest(text), MockEmbedding.of(text));
            put(kind, row, mock.bytes(), EmbeddingModel.MOCK);
        }
    }

    private void put(Kind kind, long row, byte[] bytes, String by) {
        String what = kind == Kind.EPISODES ? "episode" : "skill";
        file.insert("insert into " + what + "_embeddings (" + what + "_id, embedding, embedding_model)"
                + " values (?, ?, ?)",
                row, bytes, by.equals(EmbeddingModel.MINILM) ? "all-MiniLM-L6-v2" : by);
    }
}
