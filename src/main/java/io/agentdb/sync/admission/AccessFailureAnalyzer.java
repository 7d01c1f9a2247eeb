package io.agentdb.sync.admission;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which file is wrong, instead of a stack trace. */
final class AccessFailureAnalyzer extends AbstractFailureAnalyzer<AccessFailure> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, AccessFailure cause) {
        return new FailureAnalysis(
                cause.getMessage(), "Say who may connect: docs/configuration.md, \"Who may connect\".", cause);
    }
}
