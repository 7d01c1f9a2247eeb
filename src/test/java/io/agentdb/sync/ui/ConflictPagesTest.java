package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages about conflicts, with conflicts that a real sync of two nodes met. */
class ConflictPagesTest extends WithDesk {

    private static final String HOSTILE = "<script>alert(1)</script>\u202Eevil\u200B";

    @Test
    void list_namesBothNodesAndTheirTimes_andInWhatTheyDiffer() throws Exception {
        UUID record = conflict("listed", "by here", "by there");
        String page = olga.get("/ui/conflicts?record=" + record).body();
        assertThat(page).contains("listed", "deskhere", "deskthere", "critique", ">open<",
                "/ui/conflicts/" + id(record))
                .contains("Conflicts<span id=\"count\"");
    }

    @Test
    void list_isNarrowedByText_field_node_andDecider_andKeepsThatInItsLinks() throws Exception {
        UUID record = conflict("of a & b {c}+%", "by here", "by there");
        UUID other = conflict("of something else", "by here", "by there");
        String query = "?q=" + URLEncoder.encode("of a & b {c}+%", StandardCharsets.UTF_8)
                + "&field=critique&node=deskthere";
        String page = olga.get("/ui/conflicts" + query).body();
        assertThat(page).contains("/ui/conflicts/" + id(record) + "?").doesNotContain("/ui/conflicts/" + id(other));
        String link = page.replaceFirst("(?s).*href=\"(/ui/conflicts/" + id(record) + "[^\"]*)\".*", "$1")
                .replace("&amp;", "&");
        assertThat(olga.get(link).body()).contains("1 of 1");
        assertThat(olga.get("/ui/conflicts?field=output&record=" + record).body()).contains("No conflict matches.");
        olga.post("/ui/conflicts/" + id(record), "pick", "local");
        assertThat(olga.get("/ui/conflicts?outcome=all&decidedBy=OLG&record=" + record).body())
                .contains("/ui/conflicts/" + id(record) + "?");
        assertThat(olga.get("/ui/conflicts?outcome=all&decidedBy=victor&record=" + record).body())
                .contains("No conflict matches.");
        assertThat(olga.get("/ui/conflicts?field=nosuch").body()).contains("must be deleted or a record");
    }

    @Test
    void nothingHere_nothingMatches_andNotRead_areThreeThings() throws Exception {
        try (TestNode fresh = TestNode.start("deskempty", "spring.datasource.hikari.connection-timeout=250")) {
            PageReader reader = new PageReader(fresh);
            assertThat(reader.get("/ui/conflicts").body()).contains("No open conflicts.");
            assertThat(reader.get("/ui/conflicts?kind=skills").body()).contains("No conflict matches.");
            fresh.jdbc().execute("alter table conflicts rename to elsewhere");
            HttpResponse<String> failed = reader.get("/ui/conflicts");
            assertThat(failed.statusCode()).isEqualTo(500);
            assertThat(failed.body()).contains("could not be read", "incident").doesNotContain("No open conflicts",
                    "select", "Exception");
        }
    }

    @Test
    void conflict_isShownFieldByField_withWhatDiffersMarked_andHostileTextAsText() throws Exception {
        UUID record = conflict("hostile", HOSTILE + " one", HOSTILE + " two");
        String page = olga.get("/ui/conflicts/" + id(record)).body();
        assertThat(page).contains("&lt;script&gt;alert(1)&lt;/script&gt;⟦U+202E⟧evil⟦U+200B⟧", "<ins>one</ins>",
                "<ins>two</ins>", "1 of ",
                "Neither side knew of the other’s change: deskhere had seen nothing of this record from",
                "same in both", "sessionId").doesNotContain("<script>alert");
    }

    @Test
    void viewer_seesBothSides_andNothingToDecideWith() throws Exception {
        UUID record = conflict("viewed", "by here", "by there");
        String page = victor.get("/ui/conflicts/" + id(record)).body();
        assertThat(page).contains("by <ins>here", "by <ins>there").doesNotContain("name=\"pick\"", "<textarea",
                "type=\"radio\"");
        assertThat(victor.post("/ui/conflicts/" + id(record), "pick", "remote").statusCode()).isEqualTo(403);
        assertThat(critique(record)).isEqualTo("by here");
    }

    @Test
    void result_isMadeOfWhatWasChosenPerField_andOnesOwnWords() throws Exception {
        UUID record = conflict("chosen", "by here", "by there");
        HttpResponse<String> done = olga.post("/ui/conflicts/" + id(record), "pick", "record", "f.critique", "own",
                "v.critique", "by both", "f.reward", "there");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(302);
        assertThat(done.headers().firstValue("Location")).hasValueSatisfying(
                next -> assertThat(next).contains("decided=" + id(record)));
        String next = done.headers().firstValue("Location").orElseThrow().replaceFirst("^https?://[^/]+", "");
        assertThat(olga.get(next).body()).contains("is decided", "/ui/conflicts/" + id(record) + "?outcome=all");
        assertThat(critique(record)).isEqualTo("by both");
        assertThat(a.jdbc().queryForObject("select reward from episodes where id = ?", Double.class, record))
                .isEqualTo(0.5);
        assertThat(a.jdbc().queryForMap("select outcome, resolved_by from conflicts where record_id = ?", record))
                .isEqualTo(Map.of("outcome", "merged", "resolved_by", "olga"));
    }

    @Test
    void secondDecider_isTold_andKeepsWhatHeHasWritten() throws Exception {
        UUID record = conflict("twice", "by here", "by there");
        String present = olga.get("/ui/conflicts/" + id(record)).body()
                .replaceFirst("(?s).*name=\"expected\" value=\"([^\"]+)\".*", "$1");
        assertThat(olga.post("/ui/conflicts/" + id(record), "pick", "remote", "expected", present).statusCode())
                .isEqualTo(302);
        HttpResponse<String> second = olga.post("/ui/conflicts/" + id(record), "pick", "record", "f.critique", "own",
                "v.critique", "what I wrote", "expected", present);
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("olga decided this conflict before you (remote)", "what I wrote",
                "role=\"alert\"");
        assertThat(critique(record)).isEqualTo("by there");
    }

    @Test
    void recordThatMoved_isNotOverwritten_andTheInputStays() throws Exception {
        UUID record = conflict("moved", "by here", "by there");
        String present = olga.get("/ui/conflicts/" + id(record)).body()
                .replaceFirst("(?s).*name=\"expected\" value=\"([^\"]+)\".*", "$1");
        a.jdbc().update("update episodes set critique = 'since' where id = ?", record);
        HttpResponse<String> refused = olga.post("/ui/conflicts/" + id(record), "pick", "record", "f.critique", "own",
                "v.critique", "what I wrote", "expected", present);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("was changed while you looked", "what I wrote",
                "has changed since the two");
        assertThat(critique(record)).isEqualTo("since");
    }

    @Test
    void deletedSide_offersToKeepOrDelete_andNoButtonLosesBoth() throws Exception {
        UUID record = a.episode("deleted there");
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'by here' where id = ?", record);
        b.jdbc().update("delete from episodes where id = ?", record);
        a.sync(b);
        String page = olga.get("/ui/conflicts/" + id(record)).body();
        assertThat(page).contains("Keep the record, as here", "Delete it, as there").doesNotContain("Save result",
                ">Merge<");
        assertThat(olga.post("/ui/conflicts/" + id(record), "pick", "local").statusCode()).isEqualTo(302);
        assertThat(critique(record)).isEqualTo("by here");
    }

    @Test
    void decision_isTakenBack_byOneButton() throws Exception {
        UUID record = conflict("taken back", "by here", "by there");
        HttpResponse<String> done = olga.post("/ui/conflicts/" + id(record), "pick", "remote");
        String next = done.headers().firstValue("Location").orElseThrow().replaceFirst("^https?://[^/]+", "");
        String undo = undo(olga.get(next).body());
        assertThat(olga.get("/ui/conflicts/" + id(record) + "?outcome=all").body()).contains("Undo this decision",
                undo);
        assertThat(victor.get("/ui/conflicts/" + id(record) + "?outcome=all").body()).contains("olga decided it")
                .doesNotContain("Undo this decision");
        assertThat(victor.post(undo).statusCode()).isEqualTo(403);
        assertThat(olga.post(undo + "?peer=%7Bx%7D").statusCode()).as("a filter that is none").isEqualTo(400);
        HttpResponse<String> undone = olga.post(undo);
        assertThat(undone.statusCode()).as(undone.body()).isEqualTo(302);
        assertThat(undone.headers().firstValue("Location").orElseThrow()).contains("/ui/conflicts/" + id(record));
        assertThat(olga.get("/ui/conflicts/" + id(record) + "?undone=yes").body())
                .contains("as it was before it was", "Keep there: deskthere");
        assertThat(critique(record)).isEqualTo("by here");
        assertThat(olga.post(undo).statusCode()).isEqualTo(409);
    }

    @Test
    void forty_arePreviewed_decidedByOneWord_andTakenBackByOne() throws Exception {
        List<UUID> records = conflicts("forty", 40);
        List<String> ids = records.stream().map(record -> String.valueOf(id(record))).toList();
        String list = olga.get("/ui/conflicts").body();
        assertThat(list).contains("Preview the chosen", "Preview all that match", "name=\"id\"");
        HttpResponse<String> preview = olga.post("/ui/conflicts/preview", fields("remote", ids, "which", "chosen"));
        assertThat(preview.statusCode()).as(preview.body()).isEqualTo(200);
        assertThat(preview.body()).contains("<b>40 conflicts</b>", "would become the other’s version", "by there",
                "Decide 40 conflicts: the other’s version", "Nothing is decided yet");
        assertThat(records).allSatisfy(record -> assertThat(critique(record)).isEqualTo("by here"));
        a.jdbc().update("update episodes set critique = 'meanwhile' where id = ?", records.get(7));
        String done = olga.post("/ui/conflicts/resolutions", fields("remote", ids)).body();
        assertThat(done).contains("<b>39 conflicts</b>", "have become the other’s version", "<b>1</b>",
                "stays as it is", "the record is no more as conflict", "Undo all 39");
        assertThat(critique(records.get(7))).isEqualTo("meanwhile");
        assertThat(critique(records.get(8))).isEqualTo("by there");
        String undone = olga.post(undo(done)).body();
        assertThat(undone).contains("Taken back", "<b>39 conflicts</b>", "are as they were before");
        assertThat(critique(records.get(8))).isEqualTo("by here");
        assertThat(olga.get("/ui/conflicts?record=" + records.get(8)).body()).contains(">open<");
        olga.post("/ui/conflicts/resolutions", fields("local", ids));
    }

    @Test
    void allThatMatch_meansTheFilterInTheAddress_andNothingIsChosenByChance() throws Exception {
        UUID record = conflict("matched", "by here", "by there");
        String preview = olga.post("/ui/conflicts/preview?record=" + record, "which", "all", "pick", "newer").body();
        assertThat(preview).contains("<b>1 conflict</b>", "Decide 1 conflict: the newer version",
                "value=\"" + id(record) + "\"");
        assertThat(olga.post("/ui/conflicts/preview", "which", "chosen", "pick", "local").body())
                .contains("No conflict is chosen");
        assertThat(olga.post("/ui/conflicts/preview", "which", "all", "pick", "both").statusCode()).isEqualTo(400);
        assertThat(olga.post("/ui/conflicts/preview?outcome=all", "which", "all", "pick", "local").statusCode())
                .isEqualTo(400);
        assertThat(olga.post("/ui/conflicts/resolutions", "pick", "local", "id", "x").statusCode()).isEqualTo(400);
        assertThat(victor.post("/ui/conflicts/preview", "which", "all", "pick", "local").statusCode()).isEqualTo(403);
        assertThat(victor.get("/ui/conflicts").body()).doesNotContain("name=\"id\"", "Preview");
        assertThat(critique(record)).isEqualTo("by here");
    }

    @Test
    void whatARuleDecided_isTurnedAround_andThatIsTakenBack() throws Exception {
        UUID record = a.episode("by a rule");
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'by here' where id = ?", record);
        b.jdbc().update("update episodes set critique = 'by there' where id = ?", record);
        RunOptions latest = new RunOptions(null, null, ConflictStrategy.LATEST_WINS, null);
        a.sync(a.peer(b), latest);
        String won = critique(record);
        boolean here = won.equals("by here");
        String page = olga.get("/ui/conflicts/" + id(record) + "?outcome=all").body();
        assertThat(page).contains("It is closed by the rule latest-wins", "A rule has decided");
        olga.post("/ui/conflicts/" + id(record), "pick", here ? "remote" : "local");
        assertThat(critique(record)).isEqualTo(here ? "by there" : "by here");
        olga.post(undo(olga.get("/ui/conflicts/" + id(record) + "?outcome=all").body()));
        assertThat(critique(record)).isEqualTo(won);
        assertThat(olga.get("/ui/conflicts/" + id(record) + "?outcome=all").body())
                .contains("It is closed by the rule latest-wins");
    }

    @Test
    void wrongInput_isNamed_andNothingIsStored() throws Exception {
        UUID record = conflict("wrong", "by here", "by there");
        HttpResponse<String> refused = olga.post("/ui/conflicts/" + id(record), "pick", "record", "f.reward", "own",
                "v.reward", "many");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("Nothing was changed", "reward must be a number", ">many</textarea>");
        assertThat(olga.post("/ui/conflicts/" + id(record), "pick", "everything").statusCode()).isEqualTo(400);
        assertThat(olga.get("/ui/conflicts/999999").statusCode()).isEqualTo(404);
    }

    /** Where the form goes by which all of a page is taken back. */
    private static String undo(String page) {
        assertThat(page).contains("/undo");
        return page.replaceFirst("(?s).*action=\"(/ui/conflicts/resolutions/[^/]+/undo)[^\"]*\".*", "$1");
    }

    private static String[] fields(String pick, List<String> ids, String... more) {
        return Stream.of(Stream.of("pick", pick), ids.stream().flatMap(id -> Stream.of("id", id)), Stream.of(more))
                .flatMap(fields -> fields).toArray(String[]::new);
    }

    private List<UUID> conflicts(String task, int count) {
        List<UUID> records = Stream.generate(() -> a.episode(task)).limit(count).toList();
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'by here' where task = ?", task);
        b.jdbc().update("update episodes set critique = 'by there' where task = ?", task);
        a.sync(b);
        return records;
    }

    private UUID conflict(String task, String here, String there) {
        UUID record = a.episode(task);
        a.sync(b);
        a.jdbc().update("update episodes set critique = ? where id = ?", here, record);
        b.jdbc().update("update episodes set critique = ?, reward = 0.5 where id = ?", there, record);
        a.sync(b);
        return record;
    }

    private String critique(UUID record) {
        return a.jdbc().queryForObject("select critique from episodes where id = ?", String.class, record);
    }
}
