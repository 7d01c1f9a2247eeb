package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.AccessFailure;
import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.admission.Token;
import io.agentdb.sync.admission.Tokens;
import io.agentdb.sync.quic.tls.TlsFailure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Takes over changes of {@code agentdb.server.tokens-file} and of the certificate's files, so that both can be
 * exchanged without an outage.
 */
final class AccessReload {

    private static final Logger log = LoggerFactory.getLogger(AccessReload.class);

    private final Tokens tokens;
    private final Credentials credentials;
    private final boolean file;
    private final QuicServer server;
    private final Audit audit;
    private List<Token> present;
    private @Nullable String complaint;

    AccessReload(Tokens tokens, Credentials credentials, boolean file, QuicServer server, Audit audit) {
        this.audit = audit;
        this.tokens = tokens;
        this.credentials = credentials;
        this.file = file;
        this.server = server;
        this.present = file ? tokens.read() : List.of();
    }

    /**
     * Reads the file rather than its time: a mounted secret is exchanged behind a link. What cannot be read changes
     * nothing.
     */
    @Scheduled(fixedDelayString = "${agentdb.server.reload-interval:10s}")
    synchronized void reload() {
        try {
            server.reloadTls();
            if (file) {
                reloadTokens();
            }
            complaint = null;
        } catch (TlsFailure | AccessFailure | IllegalArgumentException e) {
            String words = String.valueOf(e.getMessage());
            if (!words.equals(complaint)) {
                log.warn("Who may connect stays as it was: {}", words);
            }
            complaint = words;
        }
    }

    private void reloadTokens() {
        List<Token> now = tokens.read();
        if (!now.equals(present)) {
            credentials.replace(now);
            present = now;
            audit.record("tokens-changed", "tokens-file", Map.of("accepted", credentials.names()));
        }
    }
}
