package io.agentdb.sync.memory.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentdb.sync.memory.Edge;
import io.agentdb.sync.memory.Episode;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.Skill;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ParsedFieldsTest {

    private static final UUID A = UUID.fromString("0198c0de-0000-7000-8000-00000000000a");

    @Test
    void camelCaseAndSnakeCase_areTheSameField() {
        Episode camel = episode("{'sessionId':'s','task':'t','latencyMs':5,'tokensUsed':6,'createdAt':7,'ts':7}");
        Episode snake = episode("{'session_id':'s','task':'t','latency_ms':5,'tokens_used':6,'created_at':7,'ts':7}");
        assertThat(snake).usingRecursiveComparison().ignoringFields("id").isEqualTo(camel);
        assertThat(camel.latencyMs()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'name':'x','usageCount':5}", "{'name':'x','usage_count':5}", "{'name':'x','uses':5}"})
    void everySpellingOfUses_isAccepted(String json) {
        assertThat(skill(json).uses()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{'fromSkillId':'a','toSkillId':'b','relationship':'r'}",
        "{'from_skill_id':'a','to_skill_id':'b','relationship':'r'}",
        "{'parentSkillId':'a','childSkillId':'b','relationship':'r'}",
        "{'parent_skill_id':'a','child_skill_id':'b','relationship':'r'}",
        "{'from':'a','to':'b','relationship':'r'}",
        "{'fromId':'a','fromType':'skill','toId':'b','toType':'skill','relationship':'r'}",
        "{'fromMemoryId':'a','fromMemoryType':'skill','toMemoryId':'b','toMemoryType':'skill','relationship':'r'}"})
    void everySpellingOfAnEdgesEnds_isTheSameEdge(String json) {
        Edge edge = edge(json);
        assertThat(edge.fromId()).isEqualTo(Identity.skill("a"));
        assertThat(edge.toId()).isEqualTo(Identity.skill("b"));
        assertThat(edge.fromType() + edge.toType()).isEqualTo("skillskill");
        assertThat(edge.id()).isEqualTo(Identity.edge(edge.fromId(), "r", edge.toId()));
    }

    @Test
    void anEdgeBetweenEpisodes_keepsItsTypes() {
        Edge edge = edge("{'fromMemoryId':'" + A + "','fromMemoryType':'episode','to':'b','relationship':'causal'}");
        assertThat(edge.fromId()).isEqualTo(A);
        assertThat(edge.fromType()).isEqualTo("episode");
        assertThat(edge.toType()).isEqualTo("skill");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "1772530200; 2026-03-03T09:30:00Z",
        "1772530200123; 2026-03-03T09:30:00.123Z",
        "1772530200.25; 2026-03-03T09:30:00.250Z",
        "'2026-03-03T09:30:00Z'; 2026-03-03T09:30:00Z",
        "'2026-03-03T15:15:00.123456789+05:45'; 2026-03-03T09:30:00.123456Z",
        "99999999999; 5138-11-16T09:46:39Z",
        "100000000000; 1973-03-03T09:46:40Z",
        "-1; 1969-12-31T23:59:59Z",
        "'0001-01-01T00:00:00Z'; 0001-01-01T00:00:00Z"})
    void times_areSecondsMillisecondsOrIso(String json, String expected) {
        assertThat(episode("{'sessionId':'s','task':'t','ts':" + json + "}").ts()).isEqualTo(Instant.parse(expected));
    }

    @Test
    void tagsAndMetadata_mayBeAgentDbsJsonInAString() {
        Episode episode = episode("{'sessionId':'s','task':'t','tags':'[\\'a\\',\\'b\\']','metadata':'{\\'k\\':1}'}");
        assertThat(episode.tags()).isEqualTo(List.of("a", "b"));
        assertThat(episode.metadata()).isEqualTo(new Json("{\"k\": 1.0}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "{'sessionId':5,'task':'t'}; sessionId must be a string, but is 5",
        "{'sessionId':null,'task':'t'}; sessionId is required",
        "{'task':'t'}; sessionId is required",
        "{'sessionId':'','task':'t'}; sessionId must not be empty",
        "{'sessionId':'s','task':'a\\u0000b'}; task has the NUL character at position 1",
        "{'sessionId':'s','task':'a\\ud800b'}; task has half of a surrogate pair",
        "{'sessionId':'s','task':'t','metadata':{'a':['\\u0000']}}; metadata has the NUL character",
        "{'sessionId':'s','task':'t','metadata':{'a\\u0000':1}}; metadata has the NUL character",
        "{'sessionId':'s','task':'t','metadata':'{\\'a\\':\\'\\\\u0000\\'}'}; metadata has the NUL character",
        "{'sessionId':'s','task':'t','metadata':{'a':'\\udc00'}}; metadata has half of a surrogate pair",
        "{'sessionId':'s','task':'t','metadata':{'a':1e200000}}; metadata has a number with more than 400 digits"
        + " before its point", "{'sessionId':'s','task':'t','metadata':5}; metadata must be an object or an array",
        "{'sessionId':'s','task':'t','metadata':'{'}; metadata has malformed JSON in its string",
        "{'sessionId':'s','task':'t','reward':'NaN'}; reward must be a number, but is \"NaN\"",
        "{'sessionId':'s','task':'t','reward':1e999}; reward must be a finite number that a double can hold",
        "{'sessionId':'s','task':'t','latencyMs':1.5}; latencyMs must be a whole number, but is 1.5",
        "{'sessionId':'s','task':'t','latencyMs':-1}; latencyMs must be from 0 to",
        "{'sessionId':'s','task':'t','latencyMs':9223372036854775808}; latencyMs must be from 0 to",
        "{'sessionId':'s','task':'t','latencyMs':1e999999999}; latencyMs must be a finite number",
        "{'sessionId':'s','task':'t','latencyMs':1e-999999999}; latencyMs must be a whole number",
        "{'sessionId':'s','task':'t','latency_ms':'5'}; latency_ms must be a whole number",
        "{'sessionId':'s','task':'t','success':2}; success must be true or false, but is 2",
        "{'sessionId':'s','task':'t','tags':'math'}; tags has malformed JSON in its string",
        "{'sessionId':'s','task':'t','tags':['a',null]}; tags[1] must be a string, but is null",
        "{'sessionId':'s','task':'t','tags':{'a':1}}; tags must be an array of strings",
        "{'sessionId':'s','task':'t','ts':'yesterday'}; ts must be seconds or milliseconds",
        "{'sessionId':'s','task':'t','ts':'2026-03-03T09:30:00'}; ts must be seconds or milliseconds",
        "{'sessionId':'s','task':'t','ts':1e300}; ts must be in the years 1 to 9999",
        "{'sessionId':'s','task':'t','ts':'+10000-01-01T00:00:00Z'}; ts must be in the years 1 to 9999",
        "{'sessionId':'s','task':'t','ts':true}; ts must be seconds or milliseconds",
        "{'sessionId':'s','task':'t','id':'1-1-1-1-1'}; id must be a UUID",
        "{'sessionId':'s','task':'t','sesionId':'s'}; sesionId is not a field of episodes; known are id, ts, sessionId",
        "{'sessionId':'s','session_id':'other','task':'t'}; session_id says otherwise than sessionId"})
    void aBadEpisode_isRefusedWithItsFieldRuleAndValue(String json, String message) {
        assertThat(refusal(() -> episode(json))).startsWith(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "{'from':'a','to':'b'}; relationship is required",
        "{'from':'a','relationship':'r'}; toId is required",
        "{'from':3,'to':'b','relationship':'r'}; from must be a UUID or a skill's name, but is 3",
        "{'from':'a','to':'b','relationship':'r','fromType':'episode'}; fromType says otherwise than from",
        "{'fromSkillId':'0198c0de-0000-7000-8000-00000000000a','fromType':'episode','to':'b','relationship':'r'}; "
                + "fromType says otherwise than fromSkillId",
        "{'from':'a','to':'b','relationship':'r','coOccurrences':-2}; coOccurrences must be from 0",
        "{'from':'a','to':'b','relationship':'r','id':'0198c0de-0000-7000-8000-00000000000a'}; id must be "})
    void aBadEdge_isRefused(String json, String message) {
        assertThat(refusal(() -> edge(json))).startsWith(message);
    }

    @Test
    void theSameValueInTwoSpellings_isAccepted() {
        assertThat(skill("{'name':'x','uses':5,'usageCount':5}").uses()).isEqualTo(5);
    }

    @Test
    void aSkillsId_mustFollowFromItsName() {
        assertThat(skill("{'name':'x','id':'" + Identity.skill("x") + "'}").id()).isEqualTo(Identity.skill("x"));
        assertThat(refusal(() -> skill("{'name':'x','id':'" + A + "'}")))
                .isEqualTo("id must be " + Identity.skill("x") + ", which follows from the name, but is " + A);
    }

    @Test
    void aName_hasAtMost512Characters() {
        String emoji = "\ud83d\ude00".repeat(512);
        assertThat(skill("{'name':'" + emoji + "'}").name()).isEqualTo(emoji);
        assertThat(refusal(() -> skill("{'name':'" + emoji + "x'}")))
                .startsWith("name must have at most 512 characters, but has 513").hasSizeLessThan(300);
    }

    @Test
    void aRecord_hasAtMost4MiB() {
        String half = "x".repeat(2 << 20);
        assertThat(episode("{'sessionId':'s','task':'" + half + "','output':'" + half + "'}").output()).isEqualTo(half);
        assertThat(refusal(() -> episode("{'sessionId':'s','task':'" + half + "x','output':'" + half + "'}")))
                .isEqualTo("the record must have at most 4 MiB (4194304 bytes), but has 4194305");
    }

    @Test
    void allFlawsOfABody_areReportedAtOnce() {
        InvalidInput refusal = catchThrowableOfType(InvalidInput.class,
                () -> episode("{'sessionId':5,'reward':'x','nope':1,'neither':2}"));
        assertThat(refusal.flaws()).extracting(InvalidInput.Flaw::field)
                .containsExactlyInAnyOrder("sessionId", "reward", "nope", "neither");
    }

    @Test
    void aPatch_mergesObjectsAndRemovesWithNull() {
        Episode before = episode(
                "{'sessionId':'s','task':'t','reward':1,'input':'i','metadata':{'a':1,'b':{'c':2,'d':3}}}");
        Episode after = Edits.patched(Shape.EPISODES, before,
                json("{'input':null,'reward':0.5,'metadata':{'a':null,'b':{'c':5},'e':[1]}}"));
        assertThat(after.input()).isNull();
        assertThat(after.reward()).isEqualTo(0.5);
        assertThat(after.task()).isEqualTo("t");
        assertThat(after.metadata()).isEqualTo(new Json("{\"b\":{\"c\":5,\"d\":3},\"e\":[1]}"));
        assertThat(refusal(() -> Edits.patched(Shape.EPISODES, before, json("{'task':null}"))))
                .isEqualTo("task is required and cannot be removed");
    }

    @Test
    void aPatchThatRenames_isRefused() {
        Skill skill = skill("{'name':'x'}");
        IdentityFixed refusal = catchThrowableOfType(IdentityFixed.class,
                () -> Edits.patched(Shape.SKILLS, skill, json("{'name':'y'}")));
        assertThat(refusal).hasMessageContaining("identity").hasMessageContaining(Identity.skill("y").toString());
    }

    @Test
    void aWriteThatChangesNothing_doesNotAdvanceUpdatedAt() {
        Skill skill = skill("{'name':'x','updatedAt':1,'metadata':{'b':1.0,'a':2}}");
        assertThat(Edits.patched(Shape.SKILLS, skill, json("{'metadata':{'a':2.0,'b':1}}")).updatedAt())
                .isEqualTo(Instant.ofEpochSecond(1));
        assertThat(Edits.patched(Shape.SKILLS, skill, json("{'uses':1}")).updatedAt())
                .isAfter(Instant.ofEpochSecond(1));
    }

    private static Episode episode(String json) {
        return Edits.created(Shape.EPISODES, json(json));
    }

    private static Skill skill(String json) {
        return Edits.created(Shape.SKILLS, json(json));
    }

    private static Edge edge(String json) {
        return Edits.created(Shape.EDGES, json(json));
    }

    private static ObjectNode json(String json) {
        return JsonText.object(json.replace('\'', '"'));
    }

    private static String refusal(ThrowingCallable call) {
        return catchThrowableOfType(InvalidInput.class, call).getMessage();
    }
}
