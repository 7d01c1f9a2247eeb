package io.agentdb.sync.search;

import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.TextModel;
import java.util.List;
import java.util.Locale;

/** A model that knows a few words' meaning, and of others that they are others: what it makes can be foretold. */
public final class Synonyms implements TextModel {

    private static final List<String> ALIKE = List.of("credentials keys secrets", "rotate renew replace",
            "outage downtime incident");

    volatile boolean broken;

    @Override
    public String name() {
        return EmbeddingModel.MINILM;
    }

    @Override
    public float[] embed(String text) {
        if (broken) {
            throw new IllegalStateException("the model is broken");
        }
        float[] vector = new float[EmbeddingModel.MINILM_DIMENSIONS];
        for (String word : text.toLowerCase(Locale.ROOT).split("\\W+")) {
            if (!word.isEmpty()) {
                String known = ALIKE.stream().filter(words -> List.of(words.split(" ")).contains(word)).findFirst()
                        .orElse(word);
                vector[Math.floorMod(known.hashCode(), vector.length)] += 1;
            }
        }
        double square = 1e-9;
        for (float one : vector) {
            square += one * one;
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / Math.sqrt(square));
        }
        return vector;
    }
}
