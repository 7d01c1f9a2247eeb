package io.agentdb.sync.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What whoever looks into pg_stat_activity sees of a node. */
class SessionNameTest {

    private static final String LONGEST_ID = "a234567890123456789012345678901";

    @Test
    void sessions_sayWhichNodeItIs_andThoseThatItKeepsWhatFor() {
        try (TestNode node = TestNode.start(LONGEST_ID);
                TestNode peer = TestNode.start("peer", "agentdb.sync.live=false")) {
            assertThat(names(node)).contains("agentdb-sync " + LONGEST_ID,
                    "agentdb-sync " + LONGEST_ID + " (process lock)");
            node.bean(io.agentdb.sync.replica.feed.ChangeSource.class).listen(() -> { });
            await().untilAsserted(() -> assertThat(names(node))
                    .contains("agentdb-sync " + LONGEST_ID + " (change watch)"));
            assertThat(names(peer)).isNotEmpty().allMatch(name -> name.startsWith("agentdb-sync peer"));
            assertThat(node.bean(SyncCoordinator.class)).isNotNull();
        }
    }

    @Test
    void keptSession_isCalledAsTheOthersAgain_onceItIsGivenBack() {
        try (TestNode node = TestNode.start("givesback", "spring.datasource.hikari.maximum-pool-size=5",
                "spring.datasource.hikari.minimum-idle=1")) {
            Runnable end = node.bean(io.agentdb.sync.replica.feed.ChangeSource.class).listen(() -> { });
            await().until(() -> names(node).contains("agentdb-sync givesback (change watch)"));
            end.run();
            await().until(() -> !names(node).contains("agentdb-sync givesback (change watch)"));
            assertThat(names(node)).allMatch(name -> name.matches("agentdb-sync givesback( \\(process lock\\))?"));
        }
    }

    @Test
    void nameThatTheUrlGives_stays() {
        var database = TestPostgres.createMigrated();
        try (TestNode node = TestNode.start("named", "spring.datasource.url=" + withName(TestPostgres.url(database)))) {
            assertThat(node.bean(JdbcTemplate.class).queryForObject(
                    "select current_setting('application_name')", String.class)).isEqualTo("memory of olga");
        }
    }

    @Test
    void nameThatThePoolsSettingsGive_stays() {
        try (TestNode node = TestNode.start("pooled",
                "spring.datasource.hikari.data-source-properties.ApplicationName=by setting")) {
            assertThat(node.bean(JdbcTemplate.class).queryForObject(
                    "select current_setting('application_name')", String.class)).isEqualTo("by setting");
        }
    }

    private static String withName(String url) {
        return url + (url.contains("?") ? "&" : "?") + "ApplicationName=memory%20of%20olga";
    }

    private static List<String> names(TestNode node) {
        return node.bean(JdbcTemplate.class).queryForList("select application_name from pg_stat_activity"
                + " where datname = current_database() and application_name like 'agentdb-sync%'", String.class);
    }
}
