package io.agentdb.sync.start;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names what is set and is no setting, instead of a stack trace. Created by Spring Boot, from spring.factories. */
final class UnknownSettingAnalyzer extends AbstractFailureAnalyzer<UnknownSetting> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnknownSetting cause) {
        return new FailureAnalysis(cause.getMessage(),
                "Correct it, or take it away. docs/configuration.md has every setting of the node.", cause);
    }
}
