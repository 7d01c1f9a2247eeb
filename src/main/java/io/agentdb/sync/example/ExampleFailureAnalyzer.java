package io.agentdb.sync.example;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is in the example's way, instead of a stack trace. */
final class ExampleFailureAnalyzer extends AbstractFailureAnalyzer<ExampleFailure> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ExampleFailure cause) {
        return new FailureAnalysis(cause.getMessage(), null, cause);
    }
}
