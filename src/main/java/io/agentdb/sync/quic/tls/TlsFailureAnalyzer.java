package io.agentdb.sync.quic.tls;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which file is wrong, instead of a stack trace. */
public final class TlsFailureAnalyzer extends AbstractFailureAnalyzer<TlsFailure> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, TlsFailure cause) {
        return new FailureAnalysis(
                cause.getMessage(), "Give PEM files: a certificate chain, its PKCS#8 key without a password, and"
                        + " where wanted the authorities. Without cert and key the node makes a development"
                        + " certificate.", cause);
    }
}
