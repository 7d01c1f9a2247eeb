package io.agentdb.sync.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.web.LiveMemory.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MemoryApiTest {

    private static LiveMemory api;

    @BeforeAll
    static void open() {
        api = new LiveMemory();
    }

    @AfterAll
    static void close() {
        api.close();
    }

    @Test
    void anEpisode_isCreatedReadChangedAndDeleted() {
        Answer created = api.post(
                "/episodes", "{'session_id':'s','task':'t','ts':1772530200,'tags':['a'],'metadata':{'k':1}}");
        assertThat(created.status()).isEqualTo(201);
        String path = "/episodes/" + created.field("id");
        assertThat(created.header("Location")).endsWith(path);
        JsonNode read = api.get(path).json();
        assertThat(read).isEqualTo(created.json());
        assertThat(read.path("ts").stringValue()).isEqualTo("2026-03-03T09:30:00Z");
        assertThat(read.propertyNames()).containsExactlyInAnyOrder(
                "id", "ts", "sessionId", "task", "tags", "metadata", "createdAt");
        assertThat(api.patch(path, "{'reward':0.5,'tags':null,'metadata':{'l':2}}").json().path("metadata").toString())
                .isIn("{\"k\":1,\"l\":2}", "{\"k\": 1, \"l\": 2}");
        Answer put = api.put(path, "{'sessionId':'s2','task':'t2'}");
        assertThat(put.status()).isEqualTo(200);
        assertThat(api.get(path).json().propertyNames())
                .containsExactlyInAnyOrder("id", "ts", "sessionId", "task", "createdAt");
        assertThat(put.field("ts")).isEqualTo("2026-03-03T09:30:00Z");
        assertThat(api.delete(path).status()).isEqualTo(204);
        assertThat(api.delete(path).status()).isEqualTo(404);
        assertThat(api.get(path).field("type")).isEqualTo("urn:agentdb:problem:not-found");
        assertThat(api.patch(path, "{'reward':1}").status()).isEqualTo(404);
    }

    @Test
    void aPutUnderANewId_creates() {
        UUID id = Identity.newEpisode();
        Answer put = api.put("/episodes/" + id, "{'sessionId':'s','task':'t'}");
        assertThat(put.status()).isEqualTo(201);
        assertThat(put.field("id")).isEqualTo(id.toString());
        assertThat(api.put("/episodes/" + id, "{'sessionId':'s','task':'t'}").json()).isEqualTo(put.json());
        assertThat(api.put("/episodes/" + Identity.newEpisode(), "{'id':'" + id + "','sessionId':'s','task':'t'}")
                .status()).isEqualTo(400);
    }

    @Test
    void ruleOfSomebodysOwn_isAConflictThatNamesIt() {
        api.jdbc.sql("create unique index one_output on episodes (output)").update();
        api.jdbc.sql("""
                create function refuse() returns trigger language plpgsql as $$
                begin if old.output = 'kept' then raise 'what is kept stays'; end if; return old; end $$""").update();
        api.jdbc.sql("create trigger refuse before delete on episodes for each row execute function refuse()").update();
        Answer first = api.post("/episodes", "{'sessionId':'s','task':'t','output':'kept'}");
        Answer second = api.post("/episodes", "{'sessionId':'s','task':'t','output':'kept'}");
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.field("type")).isEqualTo("urn:agentdb:problem:refused");
        assertThat(second.field("detail")).contains("(one_output) [23505]");
        UUID id = Identity.newEpisode();
        assertThat(api.put("/episodes/" + id, "{'sessionId':'s','task':'t','output':'kept'}").status()).isEqualTo(409);
        Answer deleted = api.delete("/episodes/" + first.field("id"));
        assertThat(deleted.status()).isEqualTo(409);
        assertThat(deleted.field("detail")).contains("what is kept stays");
    }

    @Test
    void creatingAnExistingRecord_isAConflictThatPointsToPut() {
        assertThat(api.post("/skills", "{'name':'once'}").status()).isEqualTo(201);
        Answer again = api.post("/skills", "{'name':'once'}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.field("type")).isEqualTo("urn:agentdb:problem:exists");
        assertThat(again.field("detail")).contains("PUT /skills/" + Identity.skill("once"));
    }

    @Test
    void aSkill_isFoundByItsName() {
        String name = "\u00fcber / skill \ud83d\ude00";
        api.post("/skills", "{'name':'" + name + "','usageCount':5}");
        JsonNode listed = api.get("/skills?name=" + encoded(name)).json().path("items");
        assertThat(listed.size()).isEqualTo(1);
        assertThat(listed.path(0).path("uses").intValue()).isEqualTo(5);
        api.post("/skills", "{'name':'with space \u00e9'}");
        assertThat(api.get("/skills/by-name/with%20space%20%C3%A9").field("name")).isEqualTo("with space \u00e9");
        Answer missing = api.get("/skills/by-name/none");
        assertThat(missing.status()).isEqualTo(404);
    }

    @Test
    void aRename_isRefusedWithAWayOut() {
        String path = "/skills/" + api.post("/skills", "{'name':'old name'}").field("id");
        for (Answer refused : List.of(api.patch(path, "{'name':'new name'}"), api.put(path, "{'name':'new name'}"))) {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.field("detail")).contains("identity").contains("delete this one");
        }
        assertThat(api.get("/skills/by-name/old%20name").status()).isEqualTo(200);
        assertThat(api.put("/skills/" + Identity.skill("a"), "{'name':'b'}").status()).isEqualTo(400);
    }

    @Test
    void updatedAt_isAdvancedByAChangeAndOnlyByAChange() {
        Answer created = api.post(
                "/skills", "{'name':'timed','updatedAt':'2020-01-01T00:00:00Z','metadata':{'a':1,'b':[2]}}");
        String path = "/skills/" + created.field("id");
        long counter = counter("timed");
        assertThat(api.patch(path, "{'metadata':{'b':[2.0]}}").field("updatedAt")).isEqualTo("2020-01-01T00:00:00Z");
        assertThat(api.put(path, "{'name':'timed','metadata':{'b':[2],'a':1}}").field("updatedAt"))
                .isEqualTo("2020-01-01T00:00:00Z");
        assertThat(counter("timed")).isEqualTo(counter);
        assertThat(api.patch(path, "{'uses':1}").field("updatedAt")).isGreaterThan("2026");
        assertThat(counter("timed")).isGreaterThan(counter);
    }

    @Test
    void concurrentPatchesOfDifferentFields_allArrive() throws Exception {
        String path = "/skills/" + api.post("/skills", "{'name':'shared'}").field("id");
        ExecutorService executor = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Integer>> patches = IntStream.range(0, 40).<Callable<Integer>>mapToObj(
                    i -> () -> api.patch(path, "{'metadata':{'k" + i + "':" + i + "}}").status()).toList();
            for (var patch : executor.invokeAll(patches)) {
                assertThat(patch.get()).isEqualTo(200);
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(api.get(path).json().path("metadata").size()).isEqualTo(40);
    }

    @Test
    void pages_showEveryRecordOnce_alsoWhenTheirTimesAreTheSame() {
        for (int i = 0; i < 11; i++) {
            api.post("/episodes", "{'sessionId':'paged','task':'t" + i + "','ts':" + (i < 2 ? 1772530201 : 1772530200)
                    + "}");
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = api.get("/episodes?sessionId=paged&limit=3" + cursor).json();
            page.path("items").forEach(item -> seen.add(item.path("ts").stringValue()
                    + item.path("task").stringValue()));
            cursor = page.has("next") ? "&cursor=" + page.path("next").stringValue() : null;
        } while (cursor != null);
        assertThat(seen).hasSize(11).doesNotHaveDuplicates();
        assertThat(seen.subList(0, 2)).allMatch(item -> item.startsWith("2026-03-03T09:30:01Z"));
    }

    @Test
    void skillsAndEdges_arePagedToo() {
        for (int i = 0; i < 5; i++) {
            api.post("/skills", "{'name':'page " + i + "','tags':['paged']}");
            api.post("/edges", "{'from':'hub','to':'page " + i + "','relationship':'paged'}");
        }
        for (String list : List.of("/skills?tags=paged", "/edges?relationship=paged&from=hub")) {
            JsonNode first = api.get(list + "&limit=3").json();
            JsonNode second = api.get(list + "&limit=3&cursor=" + first.path("next").stringValue()).json();
            assertThat(first.path("items").size()).as(list).isEqualTo(3);
            assertThat(second.path("items").size()).isEqualTo(2);
            assertThat(second.has("next")).isFalse();
            assertThat(second.path("items").toString()).doesNotContain(
                    first.path("items").path(2).path("id").stringValue());
        }
    }

    @Test
    void filters_chooseEpisodes() {
        api.post("/episodes",
                "{'sessionId':'f','task':'Find THE needle','ts':1000,'reward':0.9,'success':true,'tags':['x','a,b']}");
        api.post("/episodes", "{'sessionId':'f','task':'other','ts':2000,'reward':0.1,'success':false,'tags':['x']}");
        for (String chosen : List.of("success=true", "minReward=0.5", "tags=x&tags=" + encoded("[\"a,b\"]"),
                "until=2000", "until=1970-01-01T06:16:41%2B05:45", "task=the+needle", "since=1000&until=2000",
                        "tags=" + encoded("[\"x\",\"a,b\"]"))) {
            JsonNode items = api.get("/episodes?sessionId=f&" + chosen).json().path("items");
            assertThat(items.size()).as(chosen).isEqualTo(1);
        }
        assertThat(api.get("/episodes?sessionId=f&since=2000").json().path("items").size()).isEqualTo(1);
        assertThat(api.get("/episodes?sessionId=f&tags=x").json().path("items").size()).isEqualTo(2);
    }

    @Test
    void edges_areFoundByTheirEnds() {
        Answer edge = api.post(
                "/edges", "{'fromSkillId':'left','toSkillId':'right','relationship':'prerequisite','weight':0.5}");
        assertThat(edge.field("fromId")).isEqualTo(Identity.skill("left").toString());
        assertThat(edge.field("fromType")).isEqualTo("skill");
        assertThat(api.get("/edges?from=left&to=" + Identity.skill("right")).json().path("items").path(0))
                .isEqualTo(edge.json());
        assertThat(api.patch("/edges/" + edge.field("id"), "{'weight':0.7}").json().path("weight").doubleValue())
                .isEqualTo(0.7);
        assertThat(api.patch("/edges/" + edge.field("id"), "{'to':'elsewhere'}").status()).isEqualTo(409);
    }

    private static long counter(String skill) {
        return api.jdbc.sql("select counter from skills where name = ?").param(skill).query(Long.class).single();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
