package io.agentdb.sync.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.review.quarantine.QuarantineTable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A clock was three days ahead while somebody wrote, and has been set right. */
class RestampApiTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static TestNode a;
    private static TestNode b;

    @BeforeAll
    static void start() {
        a = TestNode.start("a");
        b = TestNode.start("b");
    }

    @AfterAll
    static void stop() {
        a.close();
        b.close();
    }

    @Test
    void restampedSkill_reachesThePeers_whereNeitherAnEditNorMakingItAnewHelps() throws Exception {
        UUID id = skill("ahead", 2);
        ahead("skills", id);
        a.jdbc().update("update skills set description = 'edited' where id = ?", id);
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("delete from skills where id = ?", id);
        skill("ahead", 3);
        assertThat(a.sync(b).success()).isTrue();
        assertThat(b.jdbc()
                .queryForObject("select count(*) = 2 and bool_and(code = 'future-clock') from quarantine where id = ?",
                        Boolean.class, id))
                .isTrue();
        assertThat(get("/ahead")).contains(id.toString());

        assertThat(restamp("skills", id).statusCode()).isEqualTo(200);
        assertThat(get("/ahead")).doesNotContain(id.toString());
        assertThat(a.sync(b).itemsPushed()).isEqualTo(1);
        assertThat(b.jdbc().queryForObject("select uses from skills where id = ?", Integer.class, id)).isEqualTo(3);
        b.bean(QuarantineTable.class).sweep();
        assertThat(b.jdbc().queryForObject("select count(*) from quarantine where id = ?", Integer.class, id)).isZero();
        b.jdbc().update("update skills set uses = uses + 1 where id = ?", id);
        assertThat(b.sync(a).success()).isTrue();
        assertThat(a.jdbc().queryForObject("select uses from skills where id = ?", Integer.class, id)).isEqualTo(4);
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    @Test
    void restampedDeletion_reachesThePeers() throws Exception {
        UUID id = skill("deleted", 1);
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("delete from skills where id = ?", id);
        ahead("tombstones", id);
        assertThat(a.sync(b).success()).isTrue();
        assertThat(b.jdbc().queryForObject("select count(*) from skills where id = ?", Integer.class, id)).isEqualTo(1);
        assertThat(restamp("skills", id).body()).contains("\"deleted\":true");
        assertThat(a.sync(b).success()).isTrue();
        assertThat(b.jdbc().queryForObject("select count(*) from skills where id = ?", Integer.class, id)).isZero();
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    @Test
    void recordThatIsNotAhead_isNotRestamped_norOneThatIsNotThere() throws Exception {
        UUID id = skill("of now", 1);
        assertThat(restamp("skills", id)).satisfies(refused -> {
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).contains("not-ahead", "not more than 24 h ahead");
        });
        assertThat(restamp("skills", UUID.randomUUID()).statusCode()).isEqualTo(404);
        assertThat(restamp("people", id).statusCode()).isEqualTo(404);
    }

    private static UUID skill(String name, int uses) {
        return a.jdbc().queryForObject("insert into skills (name, uses) values (?, ?) returning id", UUID.class, name,
                uses);
    }

    /** As the clock would have stamped it. */
    private static void ahead(String table, UUID id) {
        a.jdbc().execute(
                """
                set agentdb.applying = 'on'; update %1$s set hlc = hlc + (3 * 86400000::bigint << 16) where id = '%2$s';
                reset agentdb.applying""".formatted(table, id));
    }

    private static HttpResponse<String> restamp(String kind, UUID id) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(a.url("/" + kind + "/" + id + "/restamp")))
                .POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    private static String get(String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(a.url(path))).build(), BodyHandlers.ofString()).body();
    }
}
