package io.agentdb.sync.quic;

import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.admission.Token;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/** Takes over changes of {@code agentdb.server.tokens-file}, so that a token can be exchanged without an outage. */
final class TokenReload {

    private static final Logger log = LoggerFactory.getLogger(TokenReload.class);

    private final Tokens tokens;
    private final Credentials credentials;
    private final boolean file;
    private List<Token> present;
    private String complaint;

    TokenReload(Tokens tokens, Credentials credentials, boolean file) {
        this.tokens = tokens;
        this.credentials = credentials;
        this.file = file;
        this.present = file ? tokens.read() : List.of();
    }

    /** Reads the file rather than its time: a mounted secret is exchanged behind a link. What cannot be read changes nothing. */
    @Scheduled(fixedDelayString = "${agentdb.server.reload-interval:10s}")
    synchronized void reload() {
        if (!file) {
            return;
        }
        try {
            List<Token> now = tokens.read();
            if (!now.equals(present)) {
                credentials.replace(now);
                present = now;
                log.info("The tokens have changed: {} are accepted now", credentials.names());
            }
            complaint = null;
        } catch (AccessFailure | IllegalArgumentException e) {
            if (!e.getMessage().equals(complaint)) {
                log.warn("The tokens stay as they were: {}", e.getMessage());
            }
            complaint = e.getMessage();
        }
    }
}
