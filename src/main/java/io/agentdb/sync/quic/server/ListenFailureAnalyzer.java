package io.agentdb.sync.quic.server;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do about a port in use, instead of a stack trace. */
final class ListenFailureAnalyzer extends AbstractFailureAnalyzer<ListenFailure> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ListenFailure cause) {
        return new FailureAnalysis(
                cause.getMessage(), "Stop what uses the port, or set agentdb.server.port to another one"
                        + " (0 picks a free one), or agentdb.server.host to an address of this machine.", cause);
    }
}
