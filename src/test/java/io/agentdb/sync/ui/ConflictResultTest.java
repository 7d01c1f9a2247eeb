package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of a conflict by a person's decision, and how its page shows that afterwards. */
class ConflictResultTest extends WithDesk {

    private static final String HERE = "{\"inputs\": {\"n\": 12345678901234567890.125}}";
    private static final String THERE = "{\"inputs\": {\"n\": 2}}";

    @ParameterizedTest
    @ValueSource(strings = {"here", "there", "merged", "own"})
    void fieldsOfJson_areSavedAsTheyAre_whicheverIsChosen(String chosen) throws Exception {
        UUID record = skills("saved " + chosen);
        HttpResponse<String> done = olga.post(page(record), "pick", "record", "f.signature", chosen, "v.signature",
                "[\"mine\"]", "f.code", "there");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(302);
        String[] may = chosen.equals("here") ? new String[] {HERE} : chosen.equals("there") ? new String[] {THERE}
                : chosen.equals("own") ? new String[] {"[\"mine\"]"} : new String[] {HERE, THERE};
        assertThat(text(record, "signature")).isIn((Object[]) may);
        assertThat(text(record, "metadata")).as("the same on both, to the last digit").isEqualTo(HERE);
        assertThat(text(record, "code")).isEqualTo("by there");
    }

    @Test
    void decidedConflict_showsWhatWasDecided_notWhatMergingWouldMake() throws Exception {
        UUID record = episodes("decided");
        olga.post(page(record), "pick", "record", "f.critique", "own", "v.critique", "by neither");
        for (PageReader reader : new PageReader[] {olga, victor}) {
            assertThat(reader.get(page(record) + "?outcome=all").body()).contains("critique, what became of it",
                    ">by neither</pre>").doesNotContain("critique, merged", "as merging makes it");
        }
    }

    @Test
    void fieldThatADecisionAlone_hasChanged_isShown_andWholeRecordsThatItDeleted() throws Exception {
        UUID record = episodes("alone");
        olga.post(page(record), "pick", "record", "f.task", "own", "v.task", "another task");
        assertThat(olga.get(page(record) + "?outcome=all").body()).contains("task, what became of it",
                ">another task</pre>");
        UUID deleted = episodes("both changed it");
        b.jdbc().update("delete from episodes where id = ?", deleted);
        a.jdbc().update("update episodes set critique = 'again' where id = ?", deleted);
        a.sync(b);
        olga.post(page(deleted), "pick", "remote");
        assertThat(olga.get(page(deleted) + "?outcome=all").body()).contains("<div data-l=\"Result\">deleted</div>");
    }

    @Test
    void deletedSide_isToldToBeDecidedOnlyByWhoCan_andShownAsItWasDecided() throws Exception {
        UUID record = a.episode("deleted there");
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'by here' where id = ?", record);
        b.jdbc().update("delete from episodes where id = ?", record);
        a.sync(b);
        assertThat(olga.get(page(record)).body()).contains("Keep the record or delete it, below.");
        assertThat(victor.get(page(record)).body()).contains("Not decided yet.").doesNotContain(", below");
        olga.post(page(record), "pick", "local");
        assertThat(olga.get(page(record) + "?outcome=all").body()).contains("<div data-l=\"Result\">kept</div>",
                "critique, what became of it").doesNotContain(", below");
    }

    @Test
    void previewOfMany_showsJsonAsItsText_andTagsWithCommas() throws Exception {
        UUID record = skills("previewed");
        String page = olga.post("/ui/conflicts/preview", "which", "chosen", "pick", "remote", "id",
                String.valueOf(id(record))).body();
        assertThat(page).contains("{&quot;inputs&quot;: {&quot;n&quot;: 2}}", ">there, too</bdi>")
                .doesNotContain("Json[", ">[there");
    }

    private UUID skills(String name) {
        UUID record = a.jdbc().queryForObject("insert into skills (name, signature, metadata) values"
                + " (?, '{}', ?::jsonb) returning id", UUID.class, name, HERE);
        a.sync(b);
        String change = "update skills set signature = ?::jsonb, code = ?, tags = ? where id = ?";
        a.jdbc().update(change, HERE, "by here", new String[] {"here"}, record);
        b.jdbc().update(change, THERE, "by there", new String[] {"there", "too"}, record);
        a.sync(b);
        return record;
    }

    private UUID episodes(String task) {
        UUID record = a.episode(task);
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'by here' where id = ?", record);
        b.jdbc().update("update episodes set critique = 'by there' where id = ?", record);
        a.sync(b);
        return record;
    }

    private String page(UUID record) {
        return "/ui/conflicts/" + id(record);
    }

    private String text(UUID record, String column) {
        return a.jdbc().queryForObject("select " + column + "::text from skills where id = ?", String.class, record);
    }
}
