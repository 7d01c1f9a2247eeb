package io.agentdb.sync.quic.stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which platform the jar is not for, instead of the stack trace of a library that is not in it. */
final class ForeignPlatformAnalyzer extends AbstractFailureAnalyzer<UnsatisfiedLinkError> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnsatisfiedLinkError cause) {
        if (!String.valueOf(cause.getMessage()).contains("netty")) {
            // Of another library.
            return null;
        }
        return new FailureAnalysis(
                "There is nothing here with which the node can do QUIC on " + System.getProperty("os.name") + ", "
                        + System.getProperty("os.arch") + ": " + cause.getMessage(),
                "A jar has the native libraries of the platform that built it. Build it on this one, or for all that"
                        + " there are with -Pall-platforms: Linux and macOS on x86-64 and ARM, Windows on x86-64. On"
                        + " Linux they need glibc, and /tmp must allow execution.", cause);
    }
}
