package io.agentdb.sync.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.web.LiveMemory.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class UnavailableDatabaseTest {

    @Test
    void withoutItsDatabase_theServiceAsksToRetryLater() {
        try (LiveMemory api = new LiveMemory("--spring.datasource.hikari.connection-timeout=250")) {
            String database = api.jdbc.sql("select current_database()").query(String.class).single();
            JdbcClient elsewhere = JdbcClient.create(TestPostgres.newDatabase());
            elsewhere.sql("update pg_database set datallowconn = false where datname = ?").param(database).update();
            elsewhere.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = ?").param(database)
                    .query(Boolean.class).list();
            for (Answer answer : List.of(api.get("/skills"), api.post("/skills", "{'name':'x'}"), api.get("/export"))) {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.header("Retry-After")).isEqualTo("5");
                assertThat(answer.field("type")).isEqualTo("urn:agentdb:problem:service-unavailable");
            }
        }
    }
}
