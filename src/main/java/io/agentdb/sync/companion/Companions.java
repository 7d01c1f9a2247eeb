package io.agentdb.sync.companion;

import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.revision.Revision;
import java.util.Collection;
import java.util.List;

/** What goes along with the records of a conversation. Thread-safe; blocks on the database. */
public interface Companions {

    /** Records go alone. */
    Companions NONE = new Companions() {
        @Override
        public List<Kept> of(Session peer, Kind kind, Collection<Revision> records) {
            return List.of();
        }

        @Override
        public void take(Kind kind, List<Batch> batches) {
        }
    };

    /** Of those of these versions for which there is something, if the peer takes it; in no order. */
    List<Kept> of(Session peer, Kind kind, Collection<Revision> records);

    /** Keeps what has come along with records that are applied; what is wrong with it is nobody's failure. */
    void take(Kind kind, List<Batch> batches);
}
