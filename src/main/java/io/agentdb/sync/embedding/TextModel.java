package io.agentdb.sync.embedding;

/**
 * Makes vectors of texts, in this process. A node has one if its jar was built with it: {@link java.util.ServiceLoader}
 * finds it. Thread-safe.
 */
public interface TextModel {

    /** As {@link EmbeddingModel} names it. */
    String name();

    /**
     * The text's vector, of length 1; takes some milliseconds, and of a long text only what its beginning says.
     *
     * @throws IllegalStateException if the model cannot be run any more
     */
    float[] embed(String text);
}
