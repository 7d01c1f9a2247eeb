package io.agentdb.sync.search.index;

import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.embedding.TextModel;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.replica.apply.Database;
import java.util.Optional;

/** What makes and holds a database's vectors, which works when it is told to. */
public final class Vectors {

    private Vectors() {
    }

    public static VectorIndex of(Database database, Meaning meaning) {
        return new VectorIndex(database.jdbc, new EmbeddingMaker(database.jdbc,
                new AsynchronousCommit(database.jdbc, database.transaction), new EmbeddingStore(database.jdbc),
                meaning), meaning);
    }

    /** One that works. */
    public static Meaning meaning(TextModel model) {
        Meaning meaning = new Meaning(true, () -> Optional.of(model));
        meaning.load();
        meaning.ready();
        return meaning;
    }

    /** One turn. */
    public static void follow(VectorIndex vectors) {
        vectors.follow();
    }
}
