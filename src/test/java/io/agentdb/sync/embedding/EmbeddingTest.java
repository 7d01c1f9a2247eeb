package io.agentdb.sync.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.Kind;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingTest {

    private static final byte[] DIGEST = EmbeddedText.digest("text");

    /** The digests are of the bytes that mockEmbedding of the npm package agentdb 1.6.1 gives. */
    @ParameterizedTest
    @CsvSource({"a, ad7bf45735ee1a2e439c11e096d80f92742840924da70ea07f21e50b9a84f157",
            "'Fix the flaky login test\\nretry on 503',"
                    + " 5d915c36553abad237b4f9bf8d19355b6b3c51e696095fa3bbff29f12a9614dd",
            "日本語 😀 ß, a6c01133fe2ca9e1b5dee8cdfd3b4fe270885763b08bc5b5664727b0d4e81d8c"})
    void mock_isAgentDbsOwn_toTheLastBit(String text, String sha256) {
        byte[] bytes = new Embedding(EmbeddingModel.MOCK, DIGEST, MockEmbedding.of(text.replace("\\n", "\n"))).bytes();
        assertThat(HexFormat.of().formatHex(sha(bytes))).isEqualTo(sha256);
    }

    @Test
    void texts_areThoseThatAgentDbEmbeds() {
        assertThat(EmbeddedText.episode("task", "critique", "output")).isEqualTo("task\ncritique\noutput");
        assertThat(EmbeddedText.episode("task", "", null)).isEqualTo("task");
        assertThat(EmbeddedText.skill("name", null, new Json("{\"inputs\": {\"a\": \"b\\n\"}, \"outputs\": {}}")))
                .isEqualTo("name\n{\"inputs\":{\"a\":\"b\\n\"},\"outputs\":{}}");
        assertThat(EmbeddedText.skill("name", "what it does", null))
                .isEqualTo("name\nwhat it does\n{\"inputs\":{},\"outputs\":{}}");
        assertThat(EmbeddedText.of(Kind.EDGES, Content.of())).isNull();
    }

    @Test
    void bytes_areThereAndBack() {
        Embedding embedding = new Embedding(EmbeddingModel.MINILM, DIGEST, new float[] {1.5f, -0.25f, 0, 3e-30f});
        assertThat(embedding.bytes()).hasSize(16).startsWith(0, 0, 0xC0, 0x3F);
        assertThat(Embedding.of(EmbeddingModel.MINILM, DIGEST, embedding.bytes())).isEqualTo(embedding);
        assertThat(embedding.isOf("text")).isTrue();
        assertThat(embedding.isOf("another")).isFalse();
    }

    @Test
    void whatComparesWithNothing_isRefused() {
        refused("model", "mini", DIGEST, new float[] {1});
        refused("digest", EmbeddingModel.MINILM, new byte[31], new float[] {1});
        refused("0 dimensions", EmbeddingModel.MINILM, DIGEST, new float[0]);
        refused("4097 dimensions", EmbeddingModel.MINILM, DIGEST, new float[4_097]);
        refused("no direction", EmbeddingModel.MINILM, DIGEST, new float[] {1, Float.NaN});
        refused("no direction", EmbeddingModel.MINILM, DIGEST, new float[] {Float.NEGATIVE_INFINITY});
        refused("no direction", EmbeddingModel.MINILM, DIGEST, new float[384]);
        assertThatThrownBy(() -> Embedding.of(EmbeddingModel.MINILM, DIGEST, new byte[7]))
                .hasMessageContaining("7 bytes");
        float[] largest = new float[4_096];
        Arrays.fill(largest, 1);
        assertThat(new Embedding(EmbeddingModel.unknown(DIGEST), DIGEST, largest).bytes()).hasSize(16_384);
    }

    @Test
    void mocks_stayHere() {
        assertThat(EmbeddingModel.travels(EmbeddingModel.MINILM)).isTrue();
        assertThat(EmbeddingModel.travels(EmbeddingModel.unknown(DIGEST))).isTrue();
        assertThat(EmbeddingModel.travels(EmbeddingModel.MOCK)).isFalse();
    }

    private static void refused(String why, String model, byte[] digest, float[] vector) {
        assertThatThrownBy(() -> new Embedding(model, digest, vector)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static byte[] sha(byte[] bytes) {
        try {
            return java.security.MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
