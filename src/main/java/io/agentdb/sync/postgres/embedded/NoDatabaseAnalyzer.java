package io.agentdb.sync.postgres.embedded;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names the settings that give the node its database. Created by Spring Boot, from spring.factories. */
final class NoDatabaseAnalyzer extends AbstractFailureAnalyzer<NoDatabase> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NoDatabase cause) {
        return new FailureAnalysis(
                cause.getMessage(), "Set spring.datasource.url (in the environment SPRING_DATASOURCE_URL), such as "
                + "jdbc:postgresql://postgres:5432/agentdb, with spring.datasource.username and"
                + " spring.datasource.password, to use a " + "PostgreSQL of your own (15 to 18).", cause);
    }
}
