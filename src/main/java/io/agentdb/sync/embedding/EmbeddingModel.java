package io.agentdb.sync.embedding;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names of who makes embeddings, by which two vectors can be compared or not. What a file says of its own vectors
 * proves nothing: AgentDB calls its mocks by the real model's name.
 */
public final class EmbeddingModel {

    /** {@code all-MiniLM-L6-v2}, mean of the tokens, length 1; quantized, too, which differs by less than 1 %. */
    public static final String MINILM = "minilm";
    public static final int MINILM_DIMENSIONS = 384;
    /** {@link MockEmbedding}: for what a file holds; it says nothing of the text, and never leaves this node. */
    public static final String MOCK = "mock";

    /** The model with weights of 8 bits has 0.992 with the one of 32, another text hardly more than 0.9. */
    private static final double SAME = 0.98;
    private static final Pattern UNKNOWN = Pattern.compile("sha256:[0-9a-f]{64}");

    private EmbeddingModel() {
    }

    /** The name of a model of which only a digest is known: vectors of the same digest are comparable. */
    public static String unknown(byte[] sha256) {
        String name = "sha256:" + HexFormat.of().formatHex(sha256);
        if (!isName(name)) {
            throw new IllegalArgumentException("a digest has 32 bytes, not " + sha256.length);
        }
        return name;
    }

    /** Whether a vector is the same model's as one that was made of the same text. */
    public static boolean isSame(float[] made, float[] given) {
        return Embedding.cosine(made, given) > SAME;
    }

    public static boolean isName(String name) {
        return name.equals(MINILM) || name.equals(MOCK) || UNKNOWN.matcher(name).matches();
    }

    /** Whether vectors of this model may go to other nodes. */
    public static boolean travels(String name) {
        return isName(name) && !name.equals(MOCK);
    }
}
