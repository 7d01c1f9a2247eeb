package io.agentdb.sync.embedding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One model's vector of one text. Nobody changes its arrays.
 *
 * @param model as {@link EmbeddingModel} names them
 * @param digest {@link EmbeddedText#digest} of the text that it was made of
 * @param vector of 1 to {@value #MOST_DIMENSIONS} finite numbers, of which at least one is not zero
 */
public record Embedding(String model, byte[] digest, float[] vector) {

    public static final int MOST_DIMENSIONS = 4_096;
    public static final int DIGEST_BYTES = 32;

    /** @throws IllegalArgumentException if it compares with nothing, in words for people */
    public Embedding {
        if (!EmbeddingModel.isName(model)) {
            throw new IllegalArgumentException("the embedding's model is neither known nor a digest");
        }
        if (digest.length != DIGEST_BYTES) {
            throw new IllegalArgumentException("the embedding's digest has " + digest.length + " bytes, not "
                    + DIGEST_BYTES);
        }
        if (vector.length == 0 || vector.length > MOST_DIMENSIONS) {
            throw new IllegalArgumentException("the embedding has " + vector.length + " dimensions, and may have 1 to "
                    + MOST_DIMENSIONS);
        }
        double square = 0;
        for (float one : vector) {
            square += (double) one * one;
        }
        // One NaN or infinite number makes the sum so. Such a vector would float among the hits of every search.
        if (!Double.isFinite(square) || square == 0) {
            throw new IllegalArgumentException("the embedding has no direction: a number that is not finite, or only"
                    + " zeros");
        }
    }

    /**
     * @param bytes four a number, IEEE 754, the lowest first, as AgentDB has them in its files
     * @throws IllegalArgumentException as the constructor, and if the bytes are no whole numbers
     */
    public static Embedding of(String model, byte[] digest, byte[] bytes) {
        if (bytes.length % Float.BYTES != 0 || bytes.length > Float.BYTES * MOST_DIMENSIONS) {
            throw new IllegalArgumentException("the embedding has " + bytes.length + " bytes, which are not 1 to "
                    + MOST_DIMENSIONS + " numbers of four");
        }
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return new Embedding(model, digest, vector);
    }

    /** How near two vectors of one model are, from -1 to 1; 0 of such that cannot be compared. */
    public static double cosine(float[] one, float[] other) {
        if (one.length != other.length) {
            return 0;
        }
        double dot = 0;
        double ofOne = 0;
        double ofOther = 0;
        for (int i = 0; i < one.length; i++) {
            dot += (double) one[i] * other[i];
            ofOne += (double) one[i] * one[i];
            ofOther += (double) other[i] * other[i];
        }
        return ofOne == 0 || ofOther == 0 ? 0 : dot / Math.sqrt(ofOne * ofOther);
    }

    /** As {@link #of} takes them. */
    public byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }

    /** Whether it was made of this text. */
    public boolean isOf(String text) {
        return Arrays.equals(digest, EmbeddedText.digest(text));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Embedding one && model.equals(one.model) && Arrays.equals(digest, one.digest)
                && Arrays.equals(vector, one.vector);
    }

    @Override
    public int hashCode() {
        return 31 * model.hashCode() + Arrays.hashCode(vector);
    }

    @Override
    public String toString() {
        return model + " of " + vector.length + " dimensions";
    }
}
