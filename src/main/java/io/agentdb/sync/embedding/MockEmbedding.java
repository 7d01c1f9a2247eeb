package io.agentdb.sync.embedding;

/**
 * What AgentDB makes of a text where it has no model, and stores under the model's name: noise that the text's hash
 * begins. Pure.
 */
public final class MockEmbedding {

    private MockEmbedding() {
    }

    /** AgentDB's own, bit by bit; all zeros of an empty text. */
    public static float[] of(String text) {
        return of(text, EmbeddingModel.MINILM_DIMENSIONS);
    }

    public static float[] of(String text, int dimensions) {
        float[] vector = new float[dimensions];
        if (text.isEmpty()) {
            return vector;
        }
        // As String.hashCode: both are 31 * hash + unit in 32 bits.
        int hash = text.hashCode();
        double square = 0;
        for (int i = 0; i < dimensions; i++) {
            // No int: in JavaScript it does not wrap. StrictMath: its sine is the one of V8, to the last bit.
            double seed = (double) hash + i * 31;
            vector[i] = (float) (StrictMath.sin(seed) * StrictMath.cos(seed * 0.5));
            square += (double) vector[i] * vector[i];
        }
        double norm = Math.sqrt(square);
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (vector[i] / norm);
        }
        return vector;
    }
}
