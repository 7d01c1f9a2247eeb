package io.agentdb.sync.embedding;

/**
 * What AgentDB makes of a text where it has no model, and stores under the model's name: noise that the text's hash
 * begins. Pure.
 */
public final class MockEmbedding {

    private static final double STEP = 31;
    private static final int LEAST_TO_TELL = 16;
    /** Squared, of the squared length: what float32 leaves of it is a millionth of this. */
    private static final double MOST_WRONG = 1e-6;

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

    /**
     * Whether a vector is one of AgentDB's mocks, of whatever text. Its numbers are {@code sin(x) * cos(x / 2)}, x
     * going up by 31: two oscillations, so that each number follows from the four before it. Of no model's does it.
     */
    public static boolean is(float[] vector) {
        if (vector.length < LEAST_TO_TELL) {
            return false;
        }
        double sum = Math.cos(1.5 * STEP) + Math.cos(0.5 * STEP);
        double product = Math.cos(1.5 * STEP) * Math.cos(0.5 * STEP);
        double size = 0;
        double wrong = 0;
        for (int i = 4; i < vector.length; i++) {
            double expected = 2 * sum * (vector[i - 1] + vector[i - 3]) - (2 + 4 * product) * vector[i - 2]
                    - vector[i - 4];
            wrong += (vector[i] - expected) * (vector[i] - expected);
            size += (double) vector[i] * vector[i];
        }
        return size > 0 && wrong < size * MOST_WRONG;
    }
}
