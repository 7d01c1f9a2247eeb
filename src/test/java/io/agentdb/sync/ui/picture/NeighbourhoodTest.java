package io.agentdb.sync.ui.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What records belong to, as read from a database and on their pages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class NeighbourhoodTest {

    private static final String HOSTILE = "<script>alert(1)</script>\u202E";

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode node;

    @BeforeAll
    void start() {
        node = TestNode.start("neighbours");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void record_hasItsNeighbours_inBothDirections_asPictureAndAsList_andHostileTextAsText() throws Exception {
        UUID skill = skill("in the middle");
        UUID other = skill(HOSTILE);
        UUID episode = node.episode("what it came from");
        UUID gone = UUID.randomUUID();
        UUID edge = edge("skill", skill, "prerequisite", "skill", other);
        edge("episode", episode, "taught", "skill", skill);
        edge("skill", skill, "extends", "skill", gone);
        String page = page("skills", skill);
        assertThat(page).contains("<svg", "Picture of its neighbours", "/ui/memory/skills/" + other,
                "/ui/memory/episodes/" + episode, "/ui/memory/edges/" + edge, "skill " + gone, "not here, or not yet",
                "taught ← what it came from", "prerequisite → &lt;script&gt;alert(1)&lt;/script&gt;⟦U+202E⟧")
                .doesNotContain("<script>alert");
        assertThat(page("edges", edge)).contains("Picture of its neighbours", "/ui/memory/skills/" + skill,
                "/ui/memory/skills/" + other);
        assertThat(page("skills", other)).contains("prerequisite ← in the middle");
        assertThat(page("episodes", node.episode("alone"))).doesNotContain("Neighbours", "<svg");
    }

    @Test
    void moreThanAPictureShows_areInTheList_andMoreThanAListShows_areSaidToBe() throws Exception {
        UUID hub = skill("hub");
        for (int i = 0; i < 40; i++) {
            edge("skill", hub, "to" + i, "skill", UUID.randomUUID());
        }
        Neighbourhoods neighbourhoods = node.bean(Neighbourhoods.class);
        Neighbourhood forty = neighbourhoods.of(Kind.SKILLS, hub, "hub");
        assertThat(forty.all()).hasSize(40);
        assertThat(forty.picture().rays()).isEmpty();
        assertThat(page("skills", hub)).contains("to39").doesNotContain("<svg");
        for (int i = 40; i < 110; i++) {
            edge("skill", hub, "to" + i, "skill", UUID.randomUUID());
        }
        assertThat(neighbourhoods.of(Kind.SKILLS, hub, "hub").all()).hasSize(100);
        assertThat(page("skills", hub)).contains("And more; these are the newest.");
    }

    private UUID skill(String name) {
        return node.jdbc().queryForObject("insert into skills (name) values (?) returning id", UUID.class, name);
    }

    private UUID edge(String fromType, UUID from, String relationship, String toType, UUID to) {
        return node.jdbc().queryForObject("insert into edges (from_type, from_id, relationship, to_type, to_id)"
                + " values (?, ?, ?, ?, ?) returning id", UUID.class, fromType, from, relationship, toType, to);
    }

    private String page(String kind, UUID id) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(node.url("/ui/memory/" + kind + "/" + id)))
                .header("Accept", "text/html").build(), BodyHandlers.ofString()).body();
    }
}
