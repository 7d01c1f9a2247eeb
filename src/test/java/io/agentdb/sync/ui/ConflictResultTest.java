package io.agentdb.sync.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of a conflict by a person's decision. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ConflictResultTest {

    private static final String HERE = "{\"inputs\": {\"n\": 12345678901234567890.125}}";
    private static final String THERE = "{\"inputs\": {\"n\": 2}}";

    private TestNode a;
    private TestNode b;
    private PageReader olga;

    @BeforeAll
    void start() throws Exception {
        a = TestNode.start("resulthere", Stream.concat(Stream.of(SignInTest.USERS),
                Stream.of("agentdb.sync.conflict-strategy=manual")).toArray(String[]::new));
        b = TestNode.start("resultthere");
        olga = new PageReader(a).signedIn("olga", "olgas");
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

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

    private String page(UUID record) {
        return "/ui/conflicts/" + id(record);
    }

    private long id(UUID record) {
        return a.jdbc().queryForObject("select max(id) from conflicts where record_id = ?", Long.class, record);
    }

    private String text(UUID record, String column) {
        return a.jdbc().queryForObject("select " + column + "::text from skills where id = ?", String.class, record);
    }
}
