package io.agentdb.sync.quic.tls;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which file or bundle is wrong, instead of a stack trace. */
public final class TlsFailureAnalyzer extends AbstractFailureAnalyzer<TlsFailure> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, TlsFailure cause) {
        return new FailureAnalysis(
                cause.getMessage(), "Give PEM files: a certificate chain, its key without a password, and where wanted"
                        + " the authorities; or name an SSL bundle (spring.ssl.bundle), which may be in any form that"
                        + " Spring reads. Without either the node makes a development certificate.", cause);
    }
}
