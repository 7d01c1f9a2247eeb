package io.agentdb.sync.postgres;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** No failure at all, so no stack trace either. Created by Spring Boot, from spring.factories. */
final class StartCutShortAnalyzer extends AbstractFailureAnalyzer<StartCutShort> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StartCutShort cause) {
        return new FailureAnalysis(cause.getMessage(), "Nothing: the database is as it was.", cause);
    }
}
