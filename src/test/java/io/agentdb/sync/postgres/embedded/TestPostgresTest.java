package io.agentdb.sync.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class TestPostgresTest {

    @Test
    void newDatabase_isEmptyAndNotInUtc() {
        JdbcClient jdbc = JdbcClient.create(TestPostgres.newDatabase());
        assertThat(jdbc.sql("SHOW timezone").query(String.class).single()).isEqualTo("Asia/Kathmandu");
        assertThat(tables(jdbc)).isZero();
    }

    @Test
    void migratedDatabases_haveTheTablesAndDoNotShareRows() {
        DataSource first = TestPostgres.createMigrated();
        JdbcClient.create(first).sql("CREATE TABLE only_here (id int)").update();
        JdbcClient second = JdbcClient.create(TestPostgres.createMigrated());
        assertThat(tables(second)).isPositive();
        assertThat(second.sql("SELECT to_regclass('only_here') IS NULL").query(Boolean.class).single()).isTrue();
    }

    @Test
    void url_leadsToTheSameDatabase() {
        DataSource database = TestPostgres.newDatabase();
        JdbcClient.create(database).sql("CREATE TABLE marker (id int)").update();
        JdbcClient byUrl = JdbcClient.create(new DriverManagerDataSource(TestPostgres.url(database)));
        assertThat(tables(byUrl)).isOne();
    }

    private static int tables(JdbcClient jdbc) {
        return jdbc.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").query(Integer.class).single();
    }
}
