package io.agentdb.sync.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentdb.sync.memory.input.MergePatch;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{", "{\"a\":NaN}", "{\"a\":-Infinity}", "{\"a\":1}x", "{\"a\":1,\"a\":1}",
            "{'a':1}",
        "{\"a\":01}", "{\"a\":\"\n\"}"})
    void whatIsNotExactlyOneJsonValue_isRefusedWithoutNamesOfClasses(String text) {
        MalformedJson refusal = catchThrowableOfType(MalformedJson.class, () -> JsonText.parse(text));
        assertThat(refusal.line()).isPositive();
        assertThat(refusal.getMessage()).startsWith("malformed JSON at line")
                .doesNotContain("`", "Feature", "jackson", "java");
    }

    @Test
    void aMistakesPlace_isItsLineAndColumn() {
        MalformedJson refusal = catchThrowableOfType(MalformedJson.class,
                () -> JsonText.parse("{\n  \"a\": 1,\n  b\n}"));
        assertThat(refusal.line()).isEqualTo(3);
        assertThat(refusal.column()).isEqualTo(3);
    }

    @Test
    void deepNesting_isRefused() {
        String deep = "[".repeat(100_000);
        assertThat(catchThrowableOfType(MalformedJson.class, () -> JsonText.parse(deep)).reason())
                .isEqualTo("it is nested more than 100 levels deep");
        assertThat(JsonText.parse("[".repeat(100) + "]".repeat(100)).isArray()).isTrue();
    }

    @Test
    void bytesThatAreNotUtf8_areRefused() {
        byte[] bytes = "{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(catchThrowableOfType(MalformedJson.class, () -> JsonText.utf8(bytes, bytes.length)).reason())
                .isEqualTo("it is not UTF-8 at byte 7");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "{\"a\":1,\"b\":2}; {\"b\": 2.0, \"a\": 1}; true",
        "[1,2]; [2,1]; false",
        "{\"a\":[1e2]}; {\"a\":[100]}; true",
        "{\"a\":\"1\"}; {\"a\":1}; false",
        "{\"a\":null}; {}; false"})
    void twoValuesAreEqual_whenTheDatabaseFindsThemEqual(String a, String b, boolean equal) {
        assertThat(new Json(a).equals(new Json(b))).isEqualTo(equal);
        if (equal) {
            assertThat(new Json(a)).hasSameHashCodeAs(new Json(b));
        }
    }

    /** RFC 7396, appendix A. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "{\"a\":\"b\"}; {\"a\":\"c\"}; {\"a\":\"c\"}", "{\"a\":\"b\"}; {\"b\":\"c\"}; {\"a\":\"b\",\"b\":\"c\"}",
        "{\"a\":\"b\"}; {\"a\":null}; {}", "{\"a\":[\"b\"]}; {\"a\":\"c\"}; {\"a\":\"c\"}",
        "{\"a\":{\"b\":\"c\"}}; {\"a\":{\"b\":\"d\",\"c\":null}}; {\"a\":{\"b\":\"d\"}}",
        "{\"a\":\"foo\"}; null; null", "{\"e\":null}; {\"a\":1}; {\"e\":null,\"a\":1}",
        "[1,2]; {\"a\":\"b\",\"c\":null}; {\"a\":\"b\"}", "{}; {\"a\":{\"bb\":{\"ccc\":null}}}; {\"a\":{\"bb\":{}}}"})
    void mergePatches_doWhatTheRfcSays(String target, String patch, String result) {
        assertThat(MergePatch.apply(target, patch)).isEqualTo(result);
    }
}
