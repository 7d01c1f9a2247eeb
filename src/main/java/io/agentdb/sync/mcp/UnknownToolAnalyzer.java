package io.agentdb.sync.mcp;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which name is wrong, instead of a stack trace. */
final class UnknownToolAnalyzer extends AbstractFailureAnalyzer<UnknownTool> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnknownTool cause) {
        return new FailureAnalysis(cause.getMessage(), "Name tools of docs/agentdb.md, or none for all of them.",
                cause);
    }
}
