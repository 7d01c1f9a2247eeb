package io.agentdb.sync.postgres;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * What to do about a database of one's own that the node cannot work with when it starts. Created by Spring Boot, from
 * spring.factories.
 */
final class DatabaseRefusalAnalyzer extends AbstractFailureAnalyzer<SQLException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException outermost) {
        return DatabaseRefusal.of(outermost).filter(refusal -> refusal.action() != null)
                .map(refusal -> new FailureAnalysis("The node cannot work with the database of spring.datasource.url: "
                        + refusal.words() + " (SQLSTATE " + refusal.state() + ")", refusal.action(), outermost))
                .orElse(null);
    }
}
