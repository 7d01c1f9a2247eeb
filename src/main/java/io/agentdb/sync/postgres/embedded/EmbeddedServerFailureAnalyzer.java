package io.agentdb.sync.postgres.embedded;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows PostgreSQL's own words instead of a stack trace. Created by Spring Boot, from spring.factories. */
final class EmbeddedServerFailureAnalyzer extends AbstractFailureAnalyzer<EmbeddedServerFailure> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, EmbeddedServerFailure cause) {
        return new FailureAnalysis(cause.getMessage(),
                "Remove what PostgreSQL complains about, or set spring.datasource.url to use a PostgreSQL of your own "
                        + "(15 to 18).", cause);
    }
}
