package io.agentdb.sync.home;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says on the console what to do instead of printing a stack trace. Created by Spring Boot, from spring.factories. */
final class DirectoryInUseAnalyzer extends AbstractFailureAnalyzer<DirectoryInUse> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DirectoryInUse cause) {
        return new FailureAnalysis(cause.description(), DirectoryInUse.ACTION, cause);
    }
}
