package io.agentdb.sync.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.web.LiveMemory.Answer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemTest {

    private static LiveMemory api;
    private Answer answer;

    @BeforeAll
    static void open() {
        api = new LiveMemory();
    }

    @AfterAll
    static void close() {
        api.close();
    }

    /** Whatever went wrong, it is a problem, and nothing of our insides is in it. */
    @AfterEach
    void isAProblemWithoutInsides() {
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.field("type")).startsWith("urn:agentdb:problem:");
        assertThat(answer.json().path("status").intValue()).isEqualTo(answer.status());
        assertThat(answer.response().body()).doesNotContain(
                "Exception", "org.", "java.", "tools.jackson", "select ", "insert ", "\tat ", "agentdb_", "io.agentdb",
                        "trace");
    }

    @Test
    void malformedJson_isAnsweredWithLineAndColumn() {
        answer = api.post("/episodes", "{\n 'sessionId': 's',\n 'task' 't'}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("type")).isEqualTo("urn:agentdb:problem:malformed-json");
        assertThat(answer.json().path("line").intValue()).isEqualTo(3);
        assertThat(answer.json().path("column").intValue()).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "5", "null", "{'a':NaN}", "{'sessionId':'s','sessionId':'s','task':'t'}",
            "{'sessionId':'s'}{"})
    void bodiesThatAreNotOneObject_areRefused(String body) {
        answer = api.post("/episodes", body);
        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void deeplyNestedJson_isRefused() {
        answer = api.post("/episodes", "{'sessionId':'s','task':'t','metadata':" + "[".repeat(200_000)
                + "]".repeat(200_000) + "}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("detail")).contains("more than 100 levels");
    }

    @Test
    void bytesThatAreNotUtf8_areRefused() {
        answer = api.send("POST", "/episodes", "application/json",
                BodyPublishers.ofByteArray(new byte[] {'{', '"', (byte) 0xe9, '"', '}'}));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("detail")).contains("not UTF-8 at byte 3");
    }

    @Test
    void everyWrongField_isListed() {
        answer = api.post("/episodes", "{'sessionId':5,'task':'a\\u0000','nope':1,'latencyMs':1.5}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("type")).isEqualTo("urn:agentdb:problem:validation");
        assertThat(answer.json().path("errors").size()).isEqualTo(4);
        assertThat(answer.json().path("errors").path(0).path("field").stringValue()).isEqualTo("sessionId");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyOver8MiB_isTooLarge(boolean lengthKnown) {
        byte[] body = ("{\"sessionId\":\"s\",\"task\":\"" + "x".repeat(9 << 20) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        answer = lengthKnown ? api.send("POST", "/episodes", "application/json", BodyPublishers.ofByteArray(body))
                : api.stream("/episodes", "application/json", () -> new ByteArrayInputStream(body));
        assertThat(answer.status()).isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/episodes?sesionId=x | sesionId is not a filter of episodes; known are minReward, sessionId, since, success,"
                + " tags, task, until",
        "/episodes?success=yes | success must be true or false, but is \"yes\"",
        "/episodes?success= | success must be true or false, but is \"\"",
        "/episodes?minReward=NaN | minReward must be a finite number, but is \"NaN\"",
        "/episodes?minReward=1e999 | minReward must be a finite number",
        "/episodes?since=yesterday | since must be seconds or milliseconds",
        "/episodes?task=%00 | task has the NUL character at position 0",
        "/episodes?sessionId=a&sessionId=b | sessionId is given 2 times",
        "/episodes?tags=%5B1%5D | tags[0] must be a string, but is 1",
        "/episodes?limit=0 | limit must be one whole number from 1 to 500",
        "/episodes?limit=501 | limit must be one whole number from 1 to 500",
        "/episodes?limit=ten | limit must be one whole number from 1 to 500",
        "/episodes?cursor=xyz | cursor is not one of this service's for episodes",
        "/episodes?cursor=%7B%7D | cursor is not one of this service's for episodes",
        "/skills?sessionId=x | sessionId is not a filter of skills; known are minSuccessRate, name, tags",
        "/edges?from= | from must not be empty",
        "/episodes/1-1-1-1-1 | id must be a UUID",
        "/episodes/17 | id must be a UUID",
        "/export?kinds=notes | kinds must be of [episodes, skills, edges], but has notes"})
    void wrongParameters_areNamed(String path, String detail) {
        answer = api.get(path);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("detail")).startsWith(detail);
    }

    @Test
    void aCursorOfAnotherKind_isRefused() {
        for (String forged : List.of("1|skills|0198c0de-0000-7000-8000-00000000000a|x",
                "2|episodes|0198c0de-0000-7000-8000-00000000000a|x", "1|episodes|nope|2026-03-03T09:30:00Z",
                        "1|episodes|0198c0de-0000-7000-8000-00000000000a|'; drop table episodes")) {
            answer = api.get("/episodes?cursor=" + Base64.getUrlEncoder()
                    .encodeToString(forged.getBytes(StandardCharsets.UTF_8)));
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    @Test
    void anUnknownPath_isNotFound() {
        answer = api.get("/nothing/here");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.field("detail")).isEqualTo("There is nothing at /nothing/here.");
    }

    @Test
    void whatTheContainerItselfRefuses_isAProblemToo() {
        answer = api.get("/skills/by-name/a%2Fb");
        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void theErrorPageItself_isNotFound() {
        answer = api.get("/error");
        assertThat(answer.status()).isEqualTo(404);
    }

    @Test
    void aMethodThatIsNotOffered_isRefusedWithThoseThatAre() {
        answer = api.delete("/episodes");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).contains("GET").contains("POST");
    }

    @ParameterizedTest
    @CsvSource({"/episodes,text/plain", "/episodes,application/xml", "/import,application/xml"})
    void aBodyOfAnotherMediaType_isRefused(String path, String type) {
        answer = api.send("POST", path, type, BodyPublishers.ofString("x"));
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.field("detail")).contains(type);
    }

    @Test
    void anUploadThatIsNoDatabase_isRefused() {
        answer = api.send("POST", "/import", "application/vnd.sqlite3", BodyPublishers.ofString("hello"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("detail")).isEqualTo("the file is not a SQLite database");
    }

    @Test
    void whatNobodyForesaw_isAnIncident() {
        api.jdbc.sql("alter table edges rename to edges_gone").update();
        try {
            answer = api.get("/edges");
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.field("detail")).contains(answer.field("incident"));
        } finally {
            api.jdbc.sql("alter table edges_gone rename to edges").update();
        }
    }
}
