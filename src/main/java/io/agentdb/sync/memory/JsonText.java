package io.agentdb.sync.memory;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Strict reading of JSON from outside. Stateless. */
public final class JsonText {

    /**
     * Levels of nesting of a field's value. Deeper text is refused while it is read, before it can exhaust the stack
     * here or in the database.
     */
    public static final int MAX_DEPTH = 100;

    /** Bytes of one text: twice the largest record, so that escapes fit. */
    public static final int MAX_BYTES = 8 << 20;

    public static final JsonMapper MAPPER = JsonMapper.builder(JsonLimits.factory(MAX_DEPTH + 1, MAX_BYTES, 1_300))
            // A key twice would lose one of its values without a word.
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // As doubles, 1e999 would be Infinity and long numbers in metadata would be rounded.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** For what the database has checked already, and may nest more deeply than we accept. */
    private static final JsonMapper TRUSTING = JsonMapper.builder(JsonLimits.stored(10_000))
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private JsonText() {
    }

    /** @throws MalformedJson if it is not exactly one JSON value */
    public static JsonNode parse(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node.isMissingNode()) {
                throw new MalformedJson("there is nothing in it", 1, 1);
            }
            return node;
        } catch (JacksonException e) {
            throw explained(e);
        }
    }

    /** @throws InvalidInput if it is not exactly one JSON object */
    public static ObjectNode object(String text) {
        JsonNode node = parse(text);
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new InvalidInput("", "must be a JSON object, but is " + SafeText.value(node));
    }

    /**
     * @throws MalformedJson if the bytes are not UTF-8; replacing what is wrong would store another text than was sent
     */
    public static String utf8(byte[] bytes, int length) {
        int start = length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF ? 3
                : 0;
        ByteBuffer buffer = ByteBuffer.wrap(bytes, start, length - start);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedJson("it is not UTF-8 at byte " + (buffer.position() + 1), 0, 0);
        }
    }

    /** What a parser said, with the place and without its own names. */
    public static MalformedJson explained(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        String reason = e instanceof StreamConstraintsException && e.getOriginalMessage().contains("nesting")
                ? "it is nested more than " + MAX_DEPTH + " levels deep"
                : SafeText.text(e.getOriginalMessage().lines().findFirst().orElse("it cannot be read")
                        .replaceAll("[:;,]? ?(enable|from) `[^`]*`( to allow)?", "")
                        .replaceAll(" \\((start marker )?at \\[.*", "")
                        .replaceAll("`[^`]*`", "a value"), 200);
        return new MalformedJson(reason, at == null ? 0 : Math.max(at.getLineNr(), 0),
                at == null ? 0 : Math.max(at.getColumnNr(), 0));
    }

    public static JsonNode trusted(String text) {
        return TRUSTING.readTree(text);
    }

    /** The text of what may nest as deeply as {@link #trusted} reads; the node's own would end below 500 levels. */
    public static String written(JsonNode node) {
        return TRUSTING.writeValueAsString(node);
    }
}
