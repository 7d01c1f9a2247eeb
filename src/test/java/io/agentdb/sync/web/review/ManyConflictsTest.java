package io.agentdb.sync.web.review;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.review.conflict.ConflictBatches;
import io.agentdb.sync.review.conflict.ConflictRetention;
import io.agentdb.sync.review.conflict.ResolutionRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decisions of many conflicts at once over real HTTP, with conflicts that real syncs of two nodes met. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ManyConflictsTest {

    private static final String EPISODES =
            "select id, task, critique, reward, metadata::text from episodes order by id";
    private static final String FORTY = "select id, actor, counter, critique, reward, metadata::text from episodes"
            + " where task = 'forty' order by id";

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode a;
    private TestNode b;

    @BeforeAll
    void start() {
        a = TestNode.start("here", "agentdb.sync.conflict-strategy=manual", "agentdb.admin.open=false",
                "agentdb.admin.users[0].name=olga", "agentdb.admin.users[0].password=x",
                "agentdb.admin.users[0].role=operator", "agentdb.admin.users[1].name=victor",
                "agentdb.admin.users[1].password=x");
        b = TestNode.start("there");
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void manyResolutions_previewWritesNothing() throws Exception {
        List<Long> ids = conflicts("previewed", 3);
        Map<String, Object> before = state();
        String seen = decide("{'ids': " + ids + ", 'pick': 'remote', 'preview': true}");
        assertThat(JsonPath.<Map<String, Object>>read(seen, "$")).doesNotContainKey("id").containsEntry("decided", 3)
                .containsEntry("left", 0).containsEntry("preview", true);
        assertThat(JsonPath.<List<Object>>read(seen, "$.items[*].becomes.differences[?(@.field=='critique')]"))
                .hasSize(3).allSatisfy(one -> assertThat(one).isEqualTo(Map.of("field", "critique", "local", "by here",
                        "remote", "by there", "result", "by there")));
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void preview_showsTheSum_andCutsLongTexts() throws Exception {
        UUID skill = a.jdbc().queryForObject("insert into skills (name, uses, code) values ('adds up', 10, 'c')"
                + " returning id", UUID.class);
        a.sync(b);
        a.jdbc().update("update skills set uses = uses + 1, code = repeat('h', 5000) where id = ?", skill);
        b.jdbc().update("update skills set uses = uses + 2 where id = ?", skill);
        a.sync(b);
        String seen = decide("{'ids': [" + open(skill) + "], 'pick': 'merge', 'preview': true}");
        assertThat(JsonPath.<List<Integer>>read(seen, "$..differences[?(@.field=='uses')].result")).containsExactly(13);
        assertThat(JsonPath.<List<String>>read(seen, "$..differences[?(@.field=='code')].local"))
                .containsExactly("h".repeat(120) + "…");
        assertThat(JsonPath.<Integer>read(decide("{'ids': [" + open(skill) + "], 'pick': 'merge'}"), "$.decided"))
                .isEqualTo(1);
        assertThat(a.jdbc().queryForObject("select uses from skills where id = ?", Long.class, skill)).isEqualTo(13);
    }

    @Test
    void manyDecided_areNewVersions_thatReachEveryPeer() throws Exception {
        List<Long> ids = conflicts("forty", 40);
        Collections.shuffle(ids);
        String decided = decide("{'ids': " + ids + ", 'pick': 'remote', 'by': 'Grace'}");
        assertThat(JsonPath.<Integer>read(decided, "$.decided")).isEqualTo(40);
        assertThat(JsonPath.<List<Integer>>read(decided, "$.items[*].conflict").stream().map(Integer::longValue))
                .containsExactlyElementsOf(ids);
        assertThat(a.sync(b).success()).isTrue();
        assertThat(a.jdbc().queryForList("select distinct critique from episodes where task = 'forty'", String.class))
                .containsExactly("by there");
        assertThat(a.jdbc().queryForList(FORTY)).hasSize(40).isEqualTo(b.jdbc().queryForList(FORTY));
        assertThat(JsonPath.<List<?>>read(get("/conflicts?decidedBy=grAce&state=decided&limit=100"), "$.items"))
                .hasSize(40);
        assertThat(JsonPath.<String>read(get("/conflicts/" + ids.get(0)), "$.resolution")).isEqualTo("remote");
        assertThat(JsonPath.<String>read(get("/conflicts/" + ids.get(0)), "$.batch")).as("for who lost the answer")
                .isEqualTo(JsonPath.<String>read(decided, "$.id"));
    }

    @Test
    void decisionOfARecordThatWasChangedSince_isTakenBackToTheChange() throws Exception {
        long id = conflicts("changed since", 1).get(0);
        UUID changed = record(id);
        a.jdbc().update("update episodes set critique = 'since' where id = ?", changed);
        ConflictBatches batches = a.bean(ConflictBatches.class);
        batches.decide(id, new ResolutionRequest(ResolutionRequest.Choice.REMOTE, null, version(changed), "Grace"));
        String now = "select critique from episodes where id = ?";
        assertThat(a.jdbc().queryForObject(now, String.class, changed)).isEqualTo("by there");
        UUID batch = batches.batch(id).orElseThrow();
        assertThat(batches.undo(batch).orElseThrow().decided()).isEqualTo(1);
        assertThat(a.jdbc().queryForObject(now, String.class, changed)).isEqualTo("since");
    }

    @Test
    void whoGivesNoName_isNamedByItsLogin() throws Exception {
        long id = conflicts("named", 1).get(0);
        decide("{'ids': [" + id + "], 'pick': 'local'}");
        assertThat(JsonPath.<String>read(get("/conflicts/" + id), "$.resolvedBy")).isEqualTo("olga");
    }

    @Test
    void newer_isTheLaterOfTheTwo() throws Exception {
        long id = conflicts("newer", 1).get(0);
        String seen = decide("{'ids': [" + id + "], 'pick': 'newer'}");
        assertThat(JsonPath.<Integer>read(seen, "$.decided")).isEqualTo(1);
        assertThat(JsonPath.<String>read(get("/conflicts/" + id), "$.resolution")).isEqualTo("remote");
    }

    @Test
    void oneThatChangedMeanwhile_isLeftAndNamed() throws Exception {
        List<Long> ids = conflicts("changed meanwhile", 3);
        UUID changed = record(ids.get(1));
        a.jdbc().update("update episodes set output = 'since' where id = ?", changed);
        String decided = decide("{'ids': " + ids + ", 'pick': 'local'}");
        assertThat(JsonPath.<Map<String, Object>>read(decided, "$")).containsEntry("decided", 2)
                .containsEntry("left", 1).containsKey("id");
        assertThat(JsonPath.<Map<String, Object>>read(decided, "$.items[1]"))
                .containsEntry("record", changed.toString()).containsEntry("kind", "episodes")
                .doesNotContainKey("becomes");
        assertThat(JsonPath.<String>read(decided, "$.items[1].left.reason")).isEqualTo("stale");
        assertThat(JsonPath.<String>read(decided, "$.items[1].left.current")).isEqualTo(version(changed));
        assertThat(JsonPath.<String>read(get("/conflicts/" + ids.get(1)), "$.outcome")).isEqualTo("open");
        String again = decide("{'ids': " + ids + ", 'pick': 'remote'}");
        assertThat(JsonPath.<List<String>>read(again, "$.items[*].left.reason"))
                .containsExactly("already-resolved", "stale", "already-resolved");
        assertThat(JsonPath.<Map<String, Object>>read(again, "$")).as("nothing to take back").doesNotContainKey("id");
    }

    @Test
    void unknownIdAmongKnownOnes_isNamed_andTheOthersAreDecided() throws Exception {
        long id = conflicts("among", 1).get(0);
        String decided = decide("{'ids': [987654321, " + id + ", " + id + "], 'pick': 'local'}");
        assertThat(JsonPath.<List<Integer>>read(decided, "$.items[*].conflict")).containsExactly(987654321, (int) id);
        assertThat(JsonPath.<String>read(decided, "$.items[0].left.reason")).isEqualTo("unknown-conflict");
        assertThat(JsonPath.<Map<String, Object>>read(decided, "$.items[0]")).doesNotContainKeys("kind", "record");
        assertThat(JsonPath.<Integer>read(decided, "$.decided")).isEqualTo(1);
    }

    @Test
    void ofTwoConflictsAboutOneRecord_onlyTheFirstIsDecided() throws Exception {
        long id = conflicts("twice", 1).get(0);
        long other = copied(id, "remote_counter + 1000");
        for (String preview : List.of("true", "false")) {
            String decided = decide("{'ids': [" + id + ", " + other + "], 'pick': 'local', 'preview': " + preview
                    + "}");
            assertThat(JsonPath.<Integer>read(decided, "$.decided")).isEqualTo(1);
            assertThat(JsonPath.<List<String>>read(decided, "$.items[*].left.reason")).containsExactly("same-record");
        }
    }

    @Test
    void undo_putsBackAll_exceptWhatChangedSince() throws Exception {
        List<Long> ids = conflicts("undone", 4);
        List<Map<String, Object>> before = a.jdbc().queryForList(EPISODES);
        String batch = JsonPath.read(decide("{'ids': " + ids + ", 'pick': 'remote'}"), "$.id");
        UUID changed = record(ids.get(2));
        a.jdbc().update("update episodes set output = 'since' where id = ?", changed);
        assertThat(a.sync(b).success()).isTrue();
        HttpResponse<String> undone = post("/conflicts/resolutions/" + batch + "/undo", "", "olga");
        assertThat(undone.statusCode()).as(undone.body()).isEqualTo(200);
        assertThat(JsonPath.<Map<String, Object>>read(undone.body(), "$")).containsEntry("decided", 3)
                .containsEntry("left", 1);
        assertThat(JsonPath.<String>read(undone.body(), "$.items[2].left.reason"))
                .isEqualTo("stale");
        assertThat(a.jdbc().queryForObject("select critique || output from episodes where id = ?", String.class,
                changed)).isEqualTo("by theresince");
        assertThat(a.jdbc().queryForList(EPISODES).stream().filter(row -> !changed.equals(row.get("id"))).toList())
                .isEqualTo(before.stream().filter(row -> !changed.equals(row.get("id"))).toList());
        assertThat(ids.stream().map(this::outcome)).containsExactly("open", "open", "remote", "open");

        assertThat(a.sync(b).success()).isTrue();
        assertThat(b.jdbc().queryForObject("select critique from episodes where id = ?", String.class,
                record(ids.get(0)))).as("it spreads as any write").isEqualTo("by here");
        String shown = get("/conflicts/" + ids.get(0));
        assertThat(JsonPath.<Map<String, Object>>read(shown, "$")).doesNotContainKeys("result", "resolution",
                "resolvedBy", "resolvedAt", "batch");
        assertThat(JsonPath.<String>read(shown, "$.local.record.critique")).isEqualTo("by here");

        String third = decide("{'ids': [" + ids.get(0) + "], 'pick': 'remote'}");
        assertThat(JsonPath.<Integer>read(third, "$.decided")).as("it can be decided anew").isEqualTo(1);
        assertThat(a.jdbc().queryForObject("select critique from episodes where id = ?", String.class,
                record(ids.get(0)))).isEqualTo("by there");
        assertThat(post("/conflicts/resolutions/" + JsonPath.read(third, "$.id") + "/undo", "", "olga").statusCode())
                .isEqualTo(200);
    }

    @Test
    void mergeAfterAnUndo_isWhatItWasBefore() throws Exception {
        long id = conflicts("merged", 1).get(0);
        String first = decide("{'ids': [" + id + "], 'pick': 'merge', 'preview': true}");
        String batch = JsonPath.read(decide("{'ids': [" + id + "], 'pick': 'local'}"), "$.id");
        post("/conflicts/resolutions/" + batch + "/undo", "", "olga");
        String second = decide("{'ids': [" + id + "], 'pick': 'merge', 'preview': true}");
        assertThat(JsonPath.<Object>read(second, "$.items[0].becomes"))
                .isEqualTo(JsonPath.<Object>read(first, "$.items[0].becomes"));
    }

    @Test
    void undo_ofAClosedConflict_closesItAsItWas_andItsLoserCanStillBeRestored() throws Exception {
        UUID episode = b.episode("closed by rule");
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'by here' where id = ?", episode);
        b.jdbc().update("update episodes set critique = 'by there' where id = ?", episode);
        a.sync(b);
        long id = open(episode);
        a.jdbc().update("update conflicts set outcome = 'local', resolved_at = now() where id = ?", id);
        Object at = a.jdbc().queryForMap("select resolved_at from conflicts where id = ?", id);
        String batch = JsonPath.read(decide("{'ids': [" + id + "], 'pick': 'remote'}"), "$.id");
        assertThat(post("/conflicts/resolutions/" + batch + "/undo", "", "olga").statusCode()).isEqualTo(200);
        assertThat(outcome(id)).isEqualTo("local");
        assertThat(a.jdbc().queryForMap("select resolved_at from conflicts where id = ?", id)).isEqualTo(at);
        assertThat(a.jdbc().queryForObject("select critique from episodes where id = ?", String.class, episode))
                .isEqualTo("by here");
        assertThat(JsonPath.<Integer>read(decide("{'ids': [" + id + "], 'pick': 'remote'}"), "$.decided")).isEqualTo(1);
    }

    @Test
    void whatWasUndone_isNotUndoneTwice_andWhatTheLogHasForgotten_isNotKnown() throws Exception {
        long id = conflicts("twice undone", 1).get(0);
        String batch = JsonPath.read(decide("{'ids': [" + id + "], 'pick': 'local'}"), "$.id");
        post("/conflicts/resolutions/" + batch + "/undo", "", "olga");
        HttpResponse<String> again = post("/conflicts/resolutions/" + batch + "/undo", "", "olga");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("urn:agentdb:problem:already-undone");

        batch = JsonPath.read(decide("{'ids': [" + id + "], 'pick': 'local'}"), "$.id");
        a.jdbc().update("update conflicts set resolved_at = now() - interval '31 days' where id = ?", id);
        a.bean(ConflictRetention.class).prune();
        assertThat(a.jdbc().queryForObject("select count(*) from decided_together where batch = ?::uuid", Long.class,
                batch)).isZero();
        assertThat(post("/conflicts/resolutions/" + batch + "/undo", "", "olga").statusCode()).isEqualTo(404);
    }

    @Test
    void viewer_mayPreview_notDecide() throws Exception {
        long id = conflicts("seen by a viewer", 1).get(0);
        String body = "{'ids': [" + id + "], 'pick': 'local', 'preview': ";
        assertThat(post("/conflicts/resolutions", body + "true}", "victor").statusCode()).isEqualTo(200);
        for (String refused : List.of(body + "false}", "{'ids': [" + id + "], 'pick': 'local'}")) {
            HttpResponse<String> answer = post("/conflicts/resolutions", refused, "victor");
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("urn:agentdb:problem:forbidden", "operator");
        }
        assertThat(post("/conflicts/resolutions/" + UUID.randomUUID() + "/undo", "", "victor").statusCode())
                .isEqualTo(403);
        assertThat(outcome(id)).isEqualTo("open");
    }

    @ParameterizedTest
    @CsvSource({"merge, local", "newer, remote"})
    void noPick_deletesARecord_ofWhichNoSideIsADeletion(String pick, String other) throws Exception {
        UUID episode = a.episode("one side deleted it, " + pick);
        a.sync(b);
        b.jdbc().update("delete from episodes where id = ?", episode);
        a.jdbc().update("update episodes set critique = 'kept' where id = ?", episode);
        a.sync(b);
        long id = open(episode);
        String decided = decide("{'ids': [" + id + "], 'pick': '" + pick + "'}");
        assertThat(JsonPath.<Boolean>read(decided, "$.items[0].becomes.deleted")).isFalse();
        assertThat(a.jdbc().queryForObject("select critique from episodes where id = ?", String.class, episode))
                .isEqualTo("kept");
        List<Long> ids = conflicts("no side deleted it, " + pick + other, 1);
        assertThat(JsonPath.<Boolean>read(decide("{'ids': " + ids + ", 'pick': '" + other + "'}"),
                "$.items[0].becomes.deleted")).isFalse();
    }

    @Test
    void filter_meansOpenOnes_unlessItSaysOtherwise() throws Exception {
        List<Long> ids = conflicts("by filter zzq", 3);
        decide("{'ids': [" + ids.get(0) + "], 'pick': 'local'}");
        String decided = decide("{'filter': {'q': 'BY filter zzq', 'kind': 'episodes'}, 'pick': 'local'}");
        assertThat(JsonPath.<List<Integer>>read(decided, "$.items[*].conflict").stream().map(Integer::longValue))
                .containsExactly(ids.get(2), ids.get(1));
        assertThat(JsonPath.<Boolean>read(decided, "$.more")).isFalse();
        assertThat(JsonPath.<List<String>>read(decide("{'filter': {'q': 'by filter zzq', 'state': 'decided'},"
                + " 'pick': 'local', 'preview': true}"), "$.items[*].left.reason")).hasSize(3)
                .containsOnly("already-resolved");
    }

    @Test
    void conflicts_areFoundByNode_field_andText_ofEitherSide() throws Exception {
        long id = conflicts("found \"by its text\"", 1).get(0);
        String record = "&record=" + record(id);
        for (String found : List.of("node=here", "node=there", "field=critique", "field=reward", "field=metadata",
                "q=FOUND+%22by", "q=by+there", "state=open", "node=here&field=critique&q=by+here&state=open")) {
            assertThat(JsonPath.<List<Integer>>read(get("/conflicts?" + found + record), "$.items[*].id")).as(found)
                    .containsExactly((int) id);
        }
        for (String absent : List.of("node=elsewhere", "field=task", "field=sessionId", "field=session_id",
                "field=deleted", "field=fromId", "q=critique", "q=by+nobody", "state=closed", "state=decided",
                "decidedBy=olga")) {
            assertThat(JsonPath.<List<Integer>>read(get("/conflicts?" + absent + record), "$.items[*].id")).as(absent)
                    .isEmpty();
        }
    }

    @Test
    void filterThatReadsVersions_looksAtTenThousand_andGoesOnFromThere() throws Exception {
        long id = conflicts("needle under hay", 1).get(0);
        a.jdbc().update("""
                insert into conflicts (kind, record_id, peer_node, strategy, outcome, local, remote, resolved_at)
                select kind, gen_random_uuid(), peer_node, strategy, 'local',
                    jsonb_set(local, '{content,task}', '"hay"'), jsonb_set(remote, '{content,task}', '"hay"'), now()
                from conflicts, generate_series(1, 10000) where id = ?
                """, id);
        List<Integer> found = new ArrayList<>();
        int pages = 0;
        for (String cursor = ""; !cursor.equals("&cursor=null"); pages++) {
            String page = get("/conflicts?q=needle+under" + cursor);
            found.addAll(JsonPath.<List<Integer>>read(page, "$.items[*].id"));
            cursor = "&cursor=" + JsonPath.<Map<String, Object>>read(page, "$").get("next");
        }
        assertThat(found).containsExactly((int) id);
        assertThat(pages).isGreaterThan(1);
        assertThat(JsonPath.<List<Integer>>read(decide("{'filter': {'q': 'needle under'}, 'pick': 'local',"
                + " 'preview': true}"), "$.items[*].conflict")).containsExactly((int) id);
        String most = decide("{'filter': {'state': 'closed'}, 'pick': 'remote', 'preview': true}");
        assertThat(JsonPath.<Boolean>read(most, "$.more")).isTrue();
        assertThat(JsonPath.<List<?>>read(most, "$.items")).hasSize(1_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{'ids': [1], 'pick': 'oldest'}|pick must be one of local, remote, merge, newer",
        "{'ids': [1], 'pick': 'record'}|pick must be one of local, remote, merge, newer",
        "{'ids': [1]}|pick must be one of",
        "{'pick': 'local'}|give one of them",
        "{'ids': [1], 'filter': {}, 'pick': 'local'}|give one of them",
        "{'ids': [], 'pick': 'local'}|ids must be a list of 1 to 1000",
        "{'ids': ['1'], 'pick': 'local'}|ids must be a list of 1 to 1000",
        "{'ids': [1.5], 'pick': 'local'}|ids must be a list of 1 to 1000",
        "{'ids': 7, 'pick': 'local'}|ids must be a list of 1 to 1000",
        "{'filter': 'all', 'pick': 'local'}|filter must be an object",
        "{'filter': {'kind': 7}, 'pick': 'local'}|filter must be an object of texts",
        "{'filter': {'kind': 'pets'}, 'pick': 'local'}|filter.kind must be one of",
        "{'filter': {'color': 'red'}, 'pick': 'local'}|filter.color is not a filter of conflicts",
        "{'filter': {'field': 'colour'}, 'pick': 'local'}|filter.field must be deleted or a record's field",
        "{'filter': {'limit': '5'}, 'pick': 'local'}|filter.limit is not a filter of conflicts",
        "{'ids': [1], 'pick': 'local', 'preview': 'yes'}|preview must be true or false",
        "{'ids': [1], 'pick': 'local', 'by': ''}|by must be a name",
        "{'ids': [1], 'pick': 'local', 'deleted': true}|deleted is not one of a decision of many",
        "{'ids': [1], 'pick': 'local', 'expected': 'none'}|expected is not one of a decision of many"})
    void wrongRequest_isAProblem_thatNamesTheField(String body, String words) throws Exception {
        HttpResponse<String> answer = post("/conflicts/resolutions", body, "olga");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("urn:agentdb:problem:validation", words);
    }

    @Test
    void thousandAndOneIds_areRefused() throws Exception {
        HttpResponse<String> answer = post("/conflicts/resolutions", "{'ids': "
                + IntStream.rangeClosed(1, 1_001).boxed().toList() + ", 'pick': 'local'}", "olga");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("ids must be a list of 1 to 1000");
    }

    /** Numbers of conflicts about so many episodes that both sides changed, the later here than there. */
    private List<Long> conflicts(String task, int count) {
        List<UUID> episodes = IntStream.range(0, count).mapToObj(i -> a.episode(task)).toList();
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("update episodes set critique = 'by here', metadata = '{\"k\": 1}' where task = ?", task);
        b.jdbc().update("update episodes set critique = 'by there', reward = 0.5 where task = ?", task);
        assertThat(a.sync(b).success()).isTrue();
        return episodes.stream().map(this::open).sorted().collect(Collectors.toCollection(ArrayList::new));
    }

    private long open(UUID record) {
        return a.jdbc().queryForObject("select id from conflicts where outcome = 'open' and record_id = ?", Long.class,
                record);
    }

    private UUID record(long id) {
        return a.jdbc().queryForObject("select record_id from conflicts where id = ?", UUID.class, id);
    }

    private String outcome(long id) {
        return a.jdbc().queryForObject("select outcome from conflicts where id = ?", String.class, id);
    }

    private String version(UUID episode) {
        return a.jdbc().queryForObject("select actor || ':' || counter from episodes where id = ?", String.class,
                episode);
    }

    private long copied(long id, String counter) {
        return a.jdbc().queryForObject("insert into conflicts (kind, record_id, peer_node, strategy, outcome, local,"
                + " remote, remote_actor, remote_counter, remote_xid) select kind, record_id, peer_node, strategy,"
                + " outcome, local, remote, remote_actor, " + counter + ", remote_xid from conflicts where id = ?"
                + " returning id", Long.class, id);
    }

    private Map<String, Object> state() {
        return Map.of("episodes",
                a.jdbc().queryForList("select id, actor, counter, context::text from episodes order by 1"),
                "conflicts", a.jdbc().queryForList("select id, outcome, resolution from conflicts order by 1"),
                "batches", a.jdbc().queryForList("select conflict_id from decided_together order by 1"),
                "counter", a.jdbc().queryForList("select last_value from agentdb_counter"));
    }

    private String decide(String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = post("/conflicts/resolutions", body, "olga");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(a.url(path)))
                .header("Authorization", basic("victor")).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private HttpResponse<String> post(String path, String body, String who) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(a.url(path))).header("Content-Type", "application/json")
                .header("Authorization", basic(who)).POST(BodyPublishers.ofString(body.replace('\'', '"'))).build(),
                BodyHandlers.ofString());
    }

    private static String basic(String who) {
        return "Basic " + Base64.getEncoder().encodeToString((who + ":x").getBytes(StandardCharsets.UTF_8));
    }
}
