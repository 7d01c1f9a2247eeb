package io.agentdb.sync.attach.file;

import io.agentdb.sync.memory.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables of AgentDB's that are kept in step, in the order in which a row's references are there before it. */
public enum FileTable {

    EPISODES("episodes", Kind.EPISODES, "episode_embeddings", "episode_id"),
    SKILLS("skills", Kind.SKILLS, "skill_embeddings", "skill_id"),
    SKILL_LINKS("skill_links", Kind.EDGES, null, null),
    CAUSAL_EDGES("causal_edges", Kind.EDGES, null, null);

    private final String table;
    private final Kind kind;
    private final @Nullable String vectors;
    private final @Nullable String vectorsKey;

    FileTable(String table, Kind kind, @Nullable String vectors, @Nullable String vectorsKey) {
        this.table = table;
        this.kind = kind;
        this.vectors = vectors;
        this.vectorsKey = vectorsKey;
    }

    public String table() {
        return table;
    }

    /** Of its rows as records. */
    public Kind kind() {
        return kind;
    }

    /** The table of its rows' embeddings, if they have any. */
    Optional<String> vectors() {
        return Optional.ofNullable(vectors);
    }

    /** That table's column with the number of the row. */
    String vectorsKey() {
        return Optional.ofNullable(vectorsKey).orElseThrow();
    }

    /** Those that hold records of that kind. */
    public static List<FileTable> of(Kind kind) {
        return Arrays.stream(values()).filter(table -> table.kind == kind).toList();
    }
}
