package io.agentdb.sync.start;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says how a second node on a machine gets ports of its own. Created by Spring Boot, from spring.factories. */
final class PortsTakenAnalyzer extends AbstractFailureAnalyzer<PortsTaken> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, PortsTaken cause) {
        return new FailureAnalysis(cause.getMessage(), "Stop what uses them, or set others (0 picks a free one). If"
                + " another node runs on this machine, this one needs an id of its own too: --agentdb.node.id=b"
                + " --server.port=8081 --agentdb.server.port=4434", cause);
    }
}
