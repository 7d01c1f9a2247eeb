package io.agentdb.sync.postgres;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says on the console what to do instead of printing a stack trace. Created by Spring Boot, from spring.factories. */
final class UnsuitableDatabaseAnalyzer extends AbstractFailureAnalyzer<UnsuitableDatabase> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsuitableDatabase cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
