package io.agentdb.sync.home;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says on the console what to do instead of printing a stack trace. Created by Spring Boot, from spring.factories. */
final class DirectoryInUseAnalyzer extends AbstractFailureAnalyzer<DirectoryInUse> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DirectoryInUse cause) {
        String description = cause.getMessage().replace(DirectoryInUse.ACTION, "").strip();
        return new FailureAnalysis(description, DirectoryInUse.ACTION, cause);
    }
}
