package io.agentdb.sync.embedding;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.LongBuffer;
import java.util.Map;
import java.util.Objects;

/**
 * {@code all-MiniLM-L6-v2} with weights of 8 bits, on the processor, one thread a text. Its vectors have a cosine of
 * 0.99 with those that AgentDB makes by the weights of 32 bits.
 */
public final class MiniLm implements TextModel {

    private static final String WEIGHTS = "/all-minilm-l6-v2-q.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";
    /** What the model has seen in its training, and where AgentDB cuts, too. */
    private static final int TOKENS = 512;
    /** Characters that the tokenizer is given: more than so many tokens have, of whatever is worth being found. */
    private static final int CHARACTERS = 20_000;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final HuggingFaceTokenizer tokenizer;

    /** @throws IllegalStateException if it cannot be loaded */
    public MiniLm() {
        // Else the tokenizer counts, for its makers, how often it is used.
        System.setProperty("OPT_OUT_TRACKING", "true");
        try (InputStream weights = resource(WEIGHTS); InputStream words = resource(TOKENIZER);
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            environment = OrtEnvironment.getEnvironment();
            // It would take all processors for each text, and spin on them between two.
            options.setIntraOpNumThreads(1);
            session = environment.createSession(weights.readAllBytes(), options);
            tokenizer = HuggingFaceTokenizer.newInstance(words, Map.of("padding", "false", "truncation", "true",
                    "maxLength", Integer.toString(TOKENS), "modelMaxLength", Integer.toString(TOKENS)));
        } catch (IOException | OrtException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return EmbeddingModel.MINILM;
    }

    @Override
    public float[] embed(String text) {
        Encoding tokens = tokenizer.encode(text.length() > CHARACTERS ? text.substring(0, CHARACTERS) : text);
        long[] shape = {1, tokens.getIds().length};
        try (OnnxTensor ids = OnnxTensor.createTensor(environment, LongBuffer.wrap(tokens.getIds()), shape);
                OnnxTensor mask = OnnxTensor.createTensor(environment, LongBuffer.wrap(tokens.getAttentionMask()),
                        shape);
                OnnxTensor types = OnnxTensor.createTensor(environment, LongBuffer.wrap(tokens.getTypeIds()), shape);
                OrtSession.Result result = session.run(Map.of("input_ids", ids, "attention_mask", mask,
                        "token_type_ids", types))) {
            return mean(((float[][][]) result.get(0).getValue())[0]);
        } catch (OrtException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static float[] mean(float[][] tokens) {
        float[] vector = new float[tokens[0].length];
        for (float[] token : tokens) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] += token[i];
            }
        }
        double square = 0;
        for (float one : vector) {
            square += (double) one * one;
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / Math.sqrt(square));
        }
        return vector;
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(MiniLm.class.getResourceAsStream(name), () -> "the jar has no " + name);
    }
}
