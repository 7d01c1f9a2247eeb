package io.agentdb.sync.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.agentdb.sync.FreePort;
import io.agentdb.sync.home.DirectoryInUse;
import io.agentdb.sync.home.DirectoryLock;
import io.agentdb.sync.home.EmbeddedSettings;
import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.home.NodeSettings;
import io.agentdb.sync.postgres.DatabaseSettings;
import io.agentdb.sync.postgres.TransactionPooler;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@ExtendWith(OutputCaptureExtension.class)
class PostgresConfigurationTest {

    @TempDir
    private Path home;
    private ApplicationContextRunner runner;

    @BeforeEach
    void configure() {
        runner = new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withSystemProperties("user.home=" + home)
                .withUserConfiguration(NodeConfiguration.class)
                .withPropertyValues("agentdb.embedded.binaries-dir=" + TestPostgres.BINARIES,
                        "spring.datasource.hikari.maximum-pool-size=7");
    }

    @Test
    void withoutAUrl_theEmbeddedServerIsThereBeforeThePoolAndFlyway() {
        runner.withPropertyValues("spring.datasource.url= ").run(context -> {
            assertThat(context).hasNotFailed();
            HikariDataSource pool = context.getBean(HikariDataSource.class);
            assertThat(pool.getJdbcUrl()).isEqualTo(context.getBean(EmbeddedServer.class).jdbcUrl());
            assertThat(pool.getMaximumPoolSize()).isEqualTo(7);
            assertThat(pool.getConnectionTimeout()).as("application.yml's").isEqualTo(10_000);
            assertThat(JdbcClient.create(pool).sql("SELECT count(*) FROM flyway_schema_history WHERE success")
                    .query(Integer.class).single()).isPositive();
            NodeHome node = context.getBean(NodeHome.class);
            assertThat(node.directory()).isEqualTo(home.resolve(".agentdb-sync/" + node.nodeId().orElseThrow()));
            assertThat(node.directory().resolve("postgres/PG_VERSION")).isRegularFile();
            runner.run(second -> assertThat(second).getFailure().rootCause()
                    .isInstanceOf(DirectoryInUse.class).hasMessageContaining(node.directory().toString()));
        });
        assertThat(home.resolve(".agentdb-sync")).isDirectoryContaining(path -> path.endsWith("node-id"));
    }

    @Test
    void withAUrl_nothingEmbeddedIsCreatedOrUnpacked() {
        Path binaries = home.resolve("binaries");
        runner.withPropertyValues("agentdb.embedded.binaries-dir=" + binaries,
                "spring.datasource.url=" + TestPostgres.url(TestPostgres.newDatabase())).run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(EmbeddedServer.class);
            assertThat(context.getBean(NodeHome.class).nodeId()).isEmpty();
            assertThat(home).isEmptyDirectory();
            assertThat(context.getBean(NodeHome.class).directory()).isEqualTo(home.resolve(".agentdb-sync/external"));
        });
        assertThat(binaries).doesNotExist();
    }

    @Test
    void withoutAUrlAndPrograms_theSettingIsNamedAndNothingIsWritten(CapturedOutput output) {
        String machine = System.setProperty("os.arch", "riscv64");
        try {
            assertThatThrownBy(() -> new SpringApplicationBuilder(NodeConfiguration.class)
                    .web(WebApplicationType.NONE).run("--agentdb.embedded.data-dir=" + home.resolve("data")))
                    .hasStackTraceContaining(NoDatabase.class.getName());
        } finally {
            System.setProperty("os.arch", machine);
        }
        assertThat(output).contains("APPLICATION FAILED TO START", "The node has no database", " on riscv64", "Action:",
                "SPRING_DATASOURCE_URL", "jdbc:postgresql://").doesNotContain("\tat ", "maven dependency");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void nodeIdThatIsNoName_stopsTheStartWithTheRule() {
        for (String id : new String[] {"Alpha", "-a", "a_b", "a/b", "a".repeat(32)}) {
            runner.withPropertyValues("agentdb.node.id=" + id).run(context -> assertThat(context).getFailure()
                    .rootCause().hasMessageContaining("1 to 31 lower-case letters, digits and hyphens"));
        }
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void directoryInUse_isExplainedWithoutAStackTrace(CapturedOutput output) {
        try (DirectoryLock held = DirectoryLock.acquire(home)) {
            assertThat(held.isHeld()).isTrue();
            assertThatThrownBy(() -> new SpringApplicationBuilder(NodeConfiguration.class)
                    .web(WebApplicationType.NONE).run("--agentdb.embedded.data-dir=" + home))
                    .hasRootCauseInstanceOf(DirectoryInUse.class);
        }
        assertThat(output).contains("APPLICATION FAILED TO START", "Another node is running in " + home,
                "Action:", "agentdb.node.id", "agentdb.embedded.data-dir").doesNotContain("\tat ");
    }

    @Test
    void databaseThatRefuses_isExplainedWithoutAStackTrace(CapturedOutput output) {
        String url = TestPostgres.url(TestPostgres.newDatabase());
        String server = url.substring(0, url.lastIndexOf('/') + 1);
        String user = url.substring(url.indexOf('?'));
        new JdbcTemplate(new DriverManagerDataSource(url)).execute("create role guest login password 'guest'");
        startsNot("jdbc:postgresql://127.0.0.1:" + FreePort.tcp() + "/agentdb" + user);
        assertThat(output).contains("(SQLSTATE 08001)", "whether the server is up");
        startsNot(server + "postgres?user=stranger&password=wrong");
        assertThat(output).contains("\"stranger\"", "(SQLSTATE 28", "pg_hba.conf");
        startsNot(server + "nowhere" + user);
        assertThat(output).contains("database \"nowhere\" does not exist (SQLSTATE 3D000)", "Create the database");
        startsNot(url.replace(user, "?user=guest&password=guest"));
        assertThat(output).contains("permission denied for schema public (SQLSTATE 42501)", "owns the database")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({"SQL_ASCII, C", "LATIN1, C"})
    void databaseThatCannotHoldEveryText_isRefusedBeforeAnythingIsMadeInIt(
            String encoding, String locale, CapturedOutput output) {
        String url = TestPostgres.url(TestPostgres.newDatabase());
        String name = "narrow_" + encoding.toLowerCase();
        jdbc(url).execute("create database " + name + " encoding '" + encoding
                + "' template template0 locale_provider libc locale '" + locale + "'");
        String narrow = url.replaceAll("/test_[0-9]+", "/" + name);
        startsNot(narrow);
        assertThat(output).contains("has the encoding " + encoding, "UTF8", "Action:", "createdb -E UTF8 -T template0")
                .doesNotContain("\tat ");
        assertThat(jdbc(narrow)
                .queryForObject("select count(*) from pg_class where relnamespace = 'public'::regnamespace",
                        Long.class)).isZero();
    }

    @Test
    void databaseThatTakesNoWrites_isRefusedWithTheSetting(CapturedOutput output) {
        String url = TestPostgres.url(TestPostgres.newDatabase());
        set(url, "default_transaction_read_only = on");
        startsNot(url);
        assertThat(output).contains("is read-only (default_transaction_read_only is on)",
                "reset default_transaction_read_only").doesNotContain("\tat ");
    }

    /** Writes would get no version, and no peer would hear of them. */
    @Test
    void databaseInWhichNoTriggerRuns_isRefused(CapturedOutput output) {
        String url = TestPostgres.url(TestPostgres.newDatabase());
        set(url, "session_replication_role = replica");
        startsNot(url);
        assertThat(output).contains("session_replication_role = replica", "no trigger runs").doesNotContain("\tat ");
    }

    @Test
    void poolerInTransactionMode_isRefusedAtTheStart_withTheModeThatIsNeeded(CapturedOutput output) throws Exception {
        try (TransactionPooler pooler = TransactionPooler.before(TestPostgres.url(TestPostgres.newDatabase()))) {
            startsNot(pooler.url());
            assertThat(output).contains("gives each transaction another session", "pool_mode = session")
                    .doesNotContain("\tat ");
        }
    }

    /**
     * A statement_timeout of the role would end every long read, and with it every sync, after the node has started
     * well.
     */
    @Test
    void limitsAndIsolationOfRoleAndDatabase_doNotReachTheNodesOwnSessions() {
        String url = TestPostgres.url(TestPostgres.newDatabase());
        List<String> limits = List.of("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout",
                "idle_session_timeout");
        limits.forEach(limit -> set(url, limit + " = '7s'"));
        set(url, "default_transaction_isolation = serializable");
        runner.withPropertyValues("spring.datasource.url=" + url).run(context -> {
            JdbcClient own = JdbcClient.create(context.getBean(HikariDataSource.class));
            limits.forEach(limit -> assertThat(own.sql("show " + limit).query(String.class).single()).as(limit)
                    .isEqualTo("0"));
            assertThat(own.sql("show transaction_isolation").query(String.class).single()).isEqualTo("read committed");
        });
    }

    private static JdbcTemplate jdbc(String url) {
        return new JdbcTemplate(new DriverManagerDataSource(url));
    }

    private static void set(String url, String setting) {
        JdbcTemplate jdbc = jdbc(url);
        jdbc.execute("alter database " + jdbc.queryForObject("select current_database()", String.class) + " set "
                + setting);
    }

    private void startsNot(String url) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(NodeConfiguration.class).web(WebApplicationType.NONE)
                .run("--agentdb.embedded.data-dir=" + home, "--spring.datasource.url=" + url,
                        "--spring.datasource.hikari.connection-timeout=1000", "--agentdb.database.patience=0s"))
                .isInstanceOf(Exception.class);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({NodeSettings.class, EmbeddedSettings.class, DatabaseSettings.class})
    @Import(PostgresConfiguration.class)
    @ImportAutoConfiguration({DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class})
    static class NodeConfiguration {
    }
}
