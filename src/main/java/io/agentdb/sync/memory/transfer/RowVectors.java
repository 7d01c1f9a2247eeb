package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import java.util.List;
import java.util.UUID;

/** Where embeddings go that come with rows of AgentDB's. Thread-safe. */
public interface RowVectors {

    /** Of one embedding: a longer one is left where it is. */
    int MOST_BYTES = 16 << 10;

    /**
     * @param row what the row says, of which the embedding was made
     * @param bytes as AgentDB's files have it
     */
    record Vector(UUID id, Content row, byte[] bytes) {
    }

    /** One import. One thread; blocks for the database. */
    interface Intake {

        /** Keeps those that are of use. Their records are stored, or were here before with whatever content. */
        void take(Kind kind, List<Vector> vectors);

        long kept();

        /** What became of the others, for people. */
        List<String> notes();
    }

    /** Leaves them to the caller. */
    Intake NONE = new Intake() {
        @Override
        public void take(Kind kind, List<Vector> vectors) {
        }

        @Override
        public long kept() {
            return 0;
        }

        @Override
        public List<String> notes() {
            return List.of();
        }
    };

    Intake begin();
}
