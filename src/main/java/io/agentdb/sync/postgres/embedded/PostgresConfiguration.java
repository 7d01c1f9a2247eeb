package io.agentdb.sync.postgres.embedded;

import io.agentdb.sync.home.EmbeddedSettings;
import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.home.NodeSettings;
import io.agentdb.sync.postgres.DatabaseRequirements;
import io.agentdb.sync.postgres.DatabaseSettings;
import io.agentdb.sync.postgres.DatabaseStep;
import io.agentdb.sync.postgres.DatabaseWait;
import io.agentdb.sync.postgres.PatientMigration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** The node's own directory, and a database in it unless one is configured. */
@Configuration(proxyBeanMethods = false)
class PostgresConfiguration {

    @Bean
    NodeHome nodeHome(NodeSettings node, EmbeddedSettings embedded, Environment environment) {
        boolean own = NoConfiguredDatabase.in(environment);
        if (own) {
            // Before the home is made: in a container it may be read-only, which would be complained about instead.
            PostgresBinaries.require();
        }
        return NodeHome.of(node, embedded, own, Path.of(System.getProperty("user.home")));
    }

    @Bean
    FlywayMigrationStrategy migrationByStep() {
        return flyway -> {
            // Spring Boot would migrate before anything listens, and for minutes nobody could tell whether it lives.
        };
    }

    @Bean
    @Order(1)
    DatabaseStep migration(DataSource dataSource, Flyway flyway) {
        PatientMigration migration = new PatientMigration(20, Duration.ofSeconds(1));
        return () -> {
            DatabaseRequirements.check(dataSource);
            migration.migrate(flyway);
        };
    }

    @Bean
    DatabaseWait databaseWait(DataSource dataSource, List<DatabaseStep> steps, DatabaseSettings settings,
            ApplicationContext context) {
        return new DatabaseWait(dataSource, steps, settings, context);
    }

    /**
     * Spring Boot builds its own pool on these details, with all of {@code spring.datasource.hikari}; the pool depends
     * on them and they on the server, so that the server starts first and stops last.
     */
    @Configuration(proxyBeanMethods = false)
    @Conditional(NoConfiguredDatabase.class)
    static class Embedded {

        @Bean
        EmbeddedServer embeddedServer(NodeHome home, EmbeddedSettings properties) {
            return EmbeddedServer.start(
                    new EmbeddedServerSettings(home.directory(), properties.port(), home.binaries(properties), true));
        }

        @Bean
        JdbcConnectionDetails embeddedConnectionDetails(EmbeddedServer server) {
            return new EmbeddedConnectionDetails(server.jdbcUrl(), server.node());
        }
    }

    private record EmbeddedConnectionDetails(String jdbcUrl, Login login) implements JdbcConnectionDetails {

        @Override
        public String getJdbcUrl() {
            return jdbcUrl;
        }

        @Override
        public String getUsername() {
            return login.user();
        }

        @Override
        public String getPassword() {
            return login.password();
        }
    }
}
